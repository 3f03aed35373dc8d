// As much of WPT's test harness as the tests here and a page that runs them ask for.
(() => {
  "use strict";
  const tests = [];
  const heard = { state: [], result: [], completion: [] };
  const outcome = { status: 0, message: null, stack: null };
  let isLoaded = typeof document === "undefined";
  let isExplicit = isLoaded;
  let isDone = false;
  let isOver = false;

  const tell = (whom, ...what) => heard[whom].forEach((listener) => listener(...what));

  function finish() {
    if (isOver || !isLoaded || (isExplicit && !isDone)) return;
    if (tests.some((test) => test.phase !== 3)) return;
    isOver = true;
    tell("completion", tests, outcome);
    if (typeof document === "undefined") {
      const subtests = tests.map(({ name, status, message, stack }) => ({ name, status, message, stack }));
      self.postMessage({ type: "over", subtests, status: outcome });
    }
  }

  function Test(name) {
    Object.assign(this, { name, status: 3, message: null, stack: null, phase: 1 });
    tests.push(this);
    tell("state", this);
  }
  Test.prototype = {
    end(status, error) {
      if (this.phase === 3) return;
      const message = error === undefined ? null : String((error && error.message) || error);
      const stack = (error && error.stack) || null;
      Object.assign(this, { status, message, stack, phase: 3 });
      tell("result", this);
      setTimeout(finish, 0);
    },
    step(act, ...args) {
      try {
        return act.apply(this, args);
      } catch (error) {
        this.end(1, error);
      }
      return undefined;
    },
    step_func(act) {
      return (...args) => this.step(act, ...args);
    },
    unreached_func(what) {
      return () => this.end(1, new Error(what || "this is not to be reached"));
    },
    done() {
      this.end(0);
    },
  };

  let last = Promise.resolve();
  const members = {
    test(act, name) {
      const test = new Test(name);
      test.step(act, test);
      test.end(0);
    },
    async_test(act, name) {
      const test = new Test(name);
      test.step(act, test);
      return test;
    },
    promise_test(act, name) {
      const test = new Test(name);
      last = last.then(() => act(test)).then(() => test.end(0), (error) => test.end(1, error));
    },
    setup() {},
    done() {
      isDone = true;
      setTimeout(finish, 0);
    },
    assert_equals(is, should, what = "") {
      if (!Object.is(is, should)) throw new Error(`${what} expected ${should} and got ${is}`.trim());
    },
    assert_true(is, what = "") {
      members.assert_equals(is, true, what);
    },
    add_test_state_callback: (listener) => heard.state.push(listener),
    add_result_callback: (listener) => heard.result.push(listener),
    add_completion_callback: (listener) => heard.completion.push(listener),
    fetch_tests_from_worker(worker) {
      isExplicit = true;
      worker.onmessage = ({ data }) => {
        if (data.type !== "over") return;
        for (const subtest of data.subtests) tests.push({ ...subtest, phase: 3 });
        Object.assign(outcome, data.status);
        members.done();
      };
    },
  };
  Object.assign(self, members);
  if (!isLoaded) {
    addEventListener("load", () => {
      isLoaded = true;
      setTimeout(finish, 0);
    });
  }
})();
