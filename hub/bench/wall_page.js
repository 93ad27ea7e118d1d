// Runs in the page before anything else: writes down when each row was heard of and when each of its states was painted, in wall-clock ms.
(() => {
  const heard = [];
  window.__heard = heard;
  const LONGEST = 100_000; // a snapshot is not news, and looking through it would cost the page more than it costs in service
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        const at = performance.timeOrigin + performance.now();
        if (data.length < LONGEST) for (const [, id] of data.matchAll(/"incident_id": ?"([^"]+)"/g)) heard.push([at, id]);
      });
    }
  };
  const painted = [];
  const known = new Map();
  window.__painted = painted;
  const look = () => {
    const found = [];
    for (const row of document.querySelectorAll('[role=option][data-incident-id], tr[data-incident-id]')) {
      const id = row.dataset.incidentId;
      const state = `${row.dataset.revision}|${row.dataset.state ?? ''}|${row.querySelector('.m')?.textContent ?? ''}`;
      if (known.get(id) !== state) {
        known.set(id, state);
        found.push([id, Number(row.dataset.revision), row.dataset.state ?? '', row.querySelector('.m')?.textContent ?? '']);
      }
    }
    return found;
  };
  let asked = false;
  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const found = look();
      if (!found.length) return;
      // A message posted from the frame is handled after the frame was painted.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const at = performance.timeOrigin + performance.now();
        for (const one of found) painted.push([at, ...one]);
      };
      channel.port2.postMessage(0);
    });
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  window.addEventListener('keydown', () => { window.__pressed = performance.timeOrigin + performance.now(); }, true);
})();
