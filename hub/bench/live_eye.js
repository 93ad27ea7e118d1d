// Runs in every page before its own scripts: writes down when a live picture was asked for, and each frame on a canvas.
(() => {
  window.__asked = 0;
  window.__frames = [];
  const wall = () => performance.timeOrigin + performance.now();
  const fetched = window.fetch;
  window.fetch = (what, ...more) => {
    if (String(what.url ?? what).endsWith('/live') && !window.__asked) window.__asked = wall();
    return fetched(what, ...more);
  };
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [192, 16];
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const look = (video) => {
    const scale = video.videoWidth / 1920;
    pen.drawImage(video, 0, 0, 1152 * scale, 96 * scale, 0, 0, 192, 16);
    const row = pen.getImageData(0, 8, 192, 1).data;
    let code = 0;
    for (let bit = 0; bit < 12; bit += 1) if (row[(bit * 16 + 8) * 4] > 128) code |= 1 << bit;
    window.__frames.push([wall(), code]);
    video.requestVideoFrameCallback(() => look(video));
  };
  const seen = new WeakSet();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback(() => look(video));
    }
  }).observe(document, { childList: true, subtree: true });
})();
