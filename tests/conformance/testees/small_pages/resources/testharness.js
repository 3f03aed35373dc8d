// As much of the interface of testharness.js as a page of the judge uses, and `check`, by which the
// pages beside this file make their subtests: a name, and a function that throws, or whose promise is
// rejected, if it fails.
"use strict";

(() => {
  const [PASS, FAIL, NOTRUN] = [0, 1, 3];
  const told = { completion: [], result: [], state: [] };
  const tests = [];
  let isLoaded = typeof document === "undefined";
  let isComplete = false;
  let harness = { status: 0, message: null, stack: null };

  self.setup = (properties) => { self.harnessProperties = properties; };
  self.add_completion_callback = (callback) => told.completion.push(callback);
  self.add_result_callback = (callback) => told.result.push(callback);
  self.add_test_state_callback = (callback) => told.state.push(callback);

  self.check = (name, steps) => {
    const test = { name, status: NOTRUN, message: null, stack: null };
    tests.push(test);
    for (const callback of told.state) callback(test);
    const end = (status, error) => {
      Object.assign(test, { status, message: error ? String(error) : null, stack: error?.stack ?? null });
      for (const callback of told.result) callback(test);
      completeIfDone();
    };
    try {
      Promise.resolve(steps()).then(() => end(PASS), (error) => end(FAIL, error));
    } catch (error) {
      end(FAIL, error);
    }
  };

  self.same = (found, expected, what = "") => {
    if (!Object.is(found, expected)) throw new Error(`${what} ${String(expected)} was expected, not ${String(found)}`);
  };

  self.thrown = (steps) => {
    try {
      steps();
    } catch (error) {
      return error;
    }
    throw new Error("nothing was thrown");
  };

  self.happens = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

  function completeIfDone() {
    if (isComplete || !isLoaded || tests.some(({ status }) => status === NOTRUN)) return;
    isComplete = true;
    for (const callback of told.completion) callback(tests, harness);
  }

  const fail = (error) => {
    harness = { status: 1, message: String(error), stack: error?.stack ?? null };
    isComplete = false;
    isLoaded = true;
    completeIfDone();
  };
  if (!self.expectsErrors) self.addEventListener("error", (event) => fail(event.error));
  self.addEventListener("unhandledrejection", (event) => fail(event.reason));
  self.addEventListener("load", () => setTimeout(() => {
    isLoaded = true;
    completeIfDone();
  }));
})();
