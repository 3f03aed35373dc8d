// Reports the results of testharness.js. It replaces /resources/testharnessreport.js, as the
// reporters of browsers' own runners do.
"use strict";

const HARNESS = ["OK", "ERROR", "TIMEOUT", "PRECONDITION_FAILED"];
const SUBTEST = ["PASS", "FAIL", "TIMEOUT", "NOTRUN", "PRECONDITION_FAILED"];
const NORMAL = 10;
const LONG = 60;

// Returns a function to be called with the URL of each script of the page that has run.
function reporter(realm) {
  const { global, host } = realm;
  const begun = new Map();
  host.unfinished = () => [...begun.values()].map(subtest);

  return (url) => {
    if (!new URL(url).pathname.endsWith("/resources/testharnessreport.js")) return;
    const isLong = realm.document.querySelectorAll("meta")
      .some((meta) => meta.name === "timeout" && meta.content === "long");
    const multiplier = host.timeout / (isLong ? LONG : NORMAL);
    global.setup({ output: false, timeout_multiplier: multiplier });
    global.add_test_state_callback((test) => begun.set(test.name, test));
    global.add_result_callback((test) => begun.set(test.name, test));
    global.add_completion_callback((tests, status) => {
      host.finish({
        status: HARNESS[status.status],
        message: status.message ?? null,
        stack: status.stack ?? null,
        subtests: tests.map(subtest),
      });
    });
  };
}

function subtest({ name, status, message, stack }) {
  return { name, status: SUBTEST[status], message: message ?? null, stack: stack ?? null };
}

module.exports = { reporter };
