// What every way of playing has in common: who hears of it, each frame told, the last picture kept.

export interface Heard {
  /** the browser cannot play this stream */
  unplayable: (mime: string) => void;
  /** a frame is on the screen */
  shown: () => void;
  /** the hub says why no picture comes for the moment */
  waiting: (fault: string) => void;
  closed: (code: number, reason: string) => void;
}

export interface Player {
  /** seconds behind the newest frame */
  readonly lag: number;
  close: () => void;
}

const STILL_WIDE = 960;

export function watchFrames(video: HTMLVideoElement, playing: () => boolean, shown: () => void): void {
  video.requestVideoFrameCallback(() => {
    if (!playing()) return;
    shown();
    watchFrames(video, playing, shown);
  });
}

/** The last picture stays, so that a change of the stream shows no black. */
export function keepLast(video: HTMLVideoElement): void {
  const { videoWidth, videoHeight } = video;
  if (!videoWidth) return;
  const sheet = document.createElement('canvas');
  sheet.width = Math.min(videoWidth, STILL_WIDE);
  sheet.height = Math.round((sheet.width * videoHeight) / videoWidth);
  sheet.getContext('2d')?.drawImage(video, 0, 0, sheet.width, sheet.height);
  video.poster = sheet.toDataURL('image/jpeg', 0.7);
}
