// The link: the texts in the fragment of the address, which browsers send to nobody.
//
//   #example=web-app                   an example as it is
//   #example=web-app&observed          the same, with its resources as observed
//   #example=web-app&text=jZBBa…       other texts: [AppAuth, Input] as JSON, compressed, in base64url

/** How long a fragment may get: chats and mail cut longer addresses off. */
export const LONGEST = 32_000;

/** What a link may unfold to, lest a short one fills the memory. */
const LARGEST = 4 << 20;

/**
 * The fragment of a state, with its texts only where they are not those of the example.
 * @param {{example: string, observed: boolean, texts: [string, string] | null}} state
 */
export async function write({ example, observed, texts }) {
  const parts = [`example=${encodeURIComponent(example)}`];
  if (observed) {
    parts.push("observed");
  }
  if (texts) {
    const bytes = new TextEncoder().encode(JSON.stringify(texts));
    parts.push(`text=${encode(await through(bytes, new CompressionStream("deflate-raw")))}`);
  }
  return `#${parts.join("&")}`;
}

/**
 * The state of a fragment, or null where there is none.
 * @throws {Error} if it is of no use, in words for people.
 */
export async function read(fragment) {
  if (fragment.length < 2) {
    return null;
  }
  const parts = new URLSearchParams(fragment.slice(1));
  const state = { example: parts.get("example"), observed: parts.has("observed"), texts: null };
  try {
    if (parts.has("text")) {
      const bytes = await through(decode(parts.get("text")), new DecompressionStream("deflate-raw"));
      state.texts = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    }
  } catch {
    throw broken("its text cannot be read");
  }
  if (state.texts === null ? state.example === null : !isTexts(state.texts)) {
    throw broken("there is no text in it");
  }
  return state;
}

function broken(problem) {
  return new Error(`link: ${problem}, and a part of it may be missing; copy it again from where it was made`);
}

function isTexts(texts) {
  return Array.isArray(texts) && texts.length === 2 && texts.every((text) => typeof text === "string");
}

async function through(bytes, transform) {
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader();
  const chunks = [];
  let size = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    size += step.value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new Error("too large");
    }
    chunks.push(step.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function encode(bytes) {
  let letters = "";
  for (const byte of bytes) {
    letters += String.fromCharCode(byte);
  }
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
