// The page without a network. What is built stands in a folder named by its content, so it is taken from the cache, and
// never is stale; the page itself is taken from the network while there is one. The build writes SITE and FILES.
//
// A new worker waits until no page of the old one is open, so that a page always finds the files it was built with.

// One origin may have the page under several paths.
const OURS = `function-appauth-playground ${self.registration.scope} `;
const CACHE = OURS + SITE;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(OURS) && name !== CACHE))
      .then((names) => Promise.all(names.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    // A network that does not answer is none.
    event.respondWith(fetch(request, { signal: AbortSignal.timeout(4000) }).catch(() => cached("./")));
  } else if (request.method === "GET" && request.url.startsWith(self.registration.scope)) {
    event.respondWith(cached(request).then((response) => response ?? fetch(request)));
  }
});

function cached(request) {
  return caches.open(CACHE).then((cache) => cache.match(request));
}
