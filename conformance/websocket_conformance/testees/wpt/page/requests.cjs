// fetch() and XMLHttpRequest, as far as tests use them to get data from their server.
"use strict";

const { handlers } = require("./handlers.cjs");

function defineRequests(realm) {
  const { global, host } = realm;
  const { Event, EventTarget } = realm.classes;

  function fetch(input, init = {}) {
    const url = new URL(input?.url ?? String(input), realm.base).href;
    return new global.Promise((resolve, reject) => {
      host.fetch({ url, ...requestOf(init), credentials: haveCredentials(url, init.credentials) }, (response) => {
        if (response.error) reject(new global.TypeError(response.error));
        else resolve(responseOf(response));
      });
    });
  }

  // Whether cookies are sent: by default, only to the page's own origin.
  const haveCredentials = (url, mode = "same-origin") => (
    mode === "include" || (mode === "same-origin" && new URL(url).origin === realm.origin)
  );

  class XMLHttpRequest extends EventTarget {
    constructor() {
      super();
      Object.assign(this, { readyState: 0, status: 0, statusText: "", responseText: "", response: "" });
      Object.assign(this, { responseType: "", timeout: 0, withCredentials: false, asked: { headers: {} } });
    }
    open(method, url, isAsync = true) {
      this.asked = { method, url: new URL(url, realm.base).href, headers: {} };
      this.isAsync = Boolean(isAsync);
      this.readyState = 1;
    }
    setRequestHeader(name, value) { this.asked.headers[name] = String(value); }
    getResponseHeader(name) { return this.answered?.headers[name.toLowerCase()] ?? null; }
    getAllResponseHeaders() {
      return Object.entries(this.answered?.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    }
    abort() { this.isAborted = true; }
    send(body = null) {
      const credentials = haveCredentials(this.asked.url, this.withCredentials ? "include" : undefined);
      const request = { ...this.asked, credentials, ...(body === null ? {} : { body: String(body) }) };
      if (this.isAsync) host.fetch(request, (response) => realm.task(() => this.take(response)));
      else this.take(host.fetchNow(request));
    }
    take(response) {
      if (this.isAborted) return;
      this.readyState = 4;
      if (!response.error) {
        this.answered = response;
        this.status = response.status;
        this.responseText = new TextDecoder().decode(response.bytes);
        this.response = this.responseType === "arraybuffer" ? response.bytes.slice().buffer : this.responseText;
      } else if (!this.isAsync) {
        throw new realm.classes.DOMException(response.error, "NetworkError");
      }
      for (const type of ["readystatechange", response.error ? "error" : "load", "loadend"]) {
        this.dispatchEvent(new Event(type));
      }
    }
  }
  handlers(XMLHttpRequest.prototype, ["readystatechange", "load", "loadend", "error", "abort", "timeout"]);

  for (const [name, value] of Object.entries({ fetch, XMLHttpRequest })) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true });
  }
}

function requestOf({ method, headers, body }) {
  const names = headers ? Object.fromEntries(new Headers(headers)) : undefined;
  return JSON.parse(JSON.stringify({ method, headers: names, body: body === undefined ? body : String(body) }));
}

function responseOf({ status, headers, bytes }) {
  const isEmpty = [101, 204, 205, 304].includes(status);
  return new Response(isEmpty ? null : bytes, { status, headers });
}

module.exports = { defineRequests };
