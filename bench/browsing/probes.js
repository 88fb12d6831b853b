/* Watches a page from within: tasks that held it up, frames that came, and when something was to be seen. */
(() => {
  const probes = { longTasks: [], cameAt: {} };
  globalThis.probes = probes;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probes.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });

  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      // added before any handler of the page's own: the moment at which the frame is here
      this.addEventListener("message", ({ data }) => {
        const type = /"type":"([a-z.]+)"/.exec(data)?.[1];
        if (type) probes.cameAt[type] = performance.now();
      });
    }
  };

  const within = (host) => document.querySelector(host)?.shadowRoot ?? null;
  const isSeen = (host, selector) => within(host)?.querySelector(selector)?.checkVisibility() ?? false;

  /** When it has been painted; the frame in which it came may already be the one that is painted, so this is no less than that. */
  probes.seen = async (host, selector) => {
    while (!within(host)) await new Promise(requestAnimationFrame);
    return new Promise((done) => {
      const painted = () => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          done(performance.now());
          port1.close();
        };
        requestAnimationFrame(() => port2.postMessage(null));
      };
      if (isSeen(host, selector)) return painted();
      const watch = new MutationObserver(() => {
        if (!isSeen(host, selector)) return;
        watch.disconnect();
        painted();
      });
      watch.observe(within(host), { childList: true, subtree: true, attributes: true });
    });
  };

  addEventListener("keydown", ({ timeStamp }) => (probes.pressedAt = timeStamp), { capture: true });
})();
