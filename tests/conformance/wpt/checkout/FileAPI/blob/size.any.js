// META: global=dedicatedworker

test(() => assert_equals(new Blob(["abc"]).size, 3), "A blob has a size");
