// Asks the worker one question at a time, and always the latest: what was written in between nobody waits for.

/** How long an answer may hold up a newer question, in milliseconds, before its worker is given up. */
const PATIENCE = 400;

/**
 * @param {(answer: object, question: object) => void} onAnswer
 * @param {(isLoaded: boolean) => void} onBroken called if the module cannot be loaded, or broke on a question.
 */
export function createEngine(onAnswer, onBroken) {
  let worker;
  let isReady;
  let asked = null;
  let waiting = null;
  let timer;

  function start() {
    isReady = false;
    asked = null;
    worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      if (data === "ready") {
        isReady = true;
      } else {
        const { question } = asked;
        asked = null;
        onAnswer(data, question);
      }
      next();
    });
    worker.addEventListener("error", () => {
      onBroken(isReady);
      if (isReady) {
        worker.terminate();
        start();
      }
    });
  }

  function next() {
    clearTimeout(timer);
    if (!waiting || !isReady) {
      return;
    }
    if (!asked) {
      asked = { question: waiting, since: performance.now() };
      waiting = null;
      worker.postMessage(asked.question);
      return;
    }
    const left = PATIENCE - (performance.now() - asked.since);
    if (left > 0) {
      timer = setTimeout(next, left);
    } else {
      worker.terminate();
      start();
    }
  }

  start();
  return {
    ask(question) {
      waiting = question;
      next();
    },
  };
}
