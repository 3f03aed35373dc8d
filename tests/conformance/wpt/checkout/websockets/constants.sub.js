// Where the handlers are, as each test asks for it.
const isSecure = location.protocol === "https:" || new URLSearchParams(location.search).has("wss");
const SERVER = isSecure ? "wss://{{host}}:{{ports[wss][0]}}" : "ws://{{host}}:{{ports[ws][0]}}";
const OTHER_HOSTS = ["{{domains[www1]}}", "{{hosts[alt][]}}", "{{domains[www]}}"];
const HTTP2 = "{{ports[h2][0]}}";
