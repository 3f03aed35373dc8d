importScripts("/resources/testharness.js");

test(() => assert_equals(new WebSocket("wss://web-platform.test/").url, "wss://web-platform.test/"), "A worker has sockets");

done();
