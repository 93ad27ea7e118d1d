// Why a camera gives no picture, in a short phrase; the hub's own long sentence stands beside the camera.
import { inLanguage } from './language';

const FAULTS: Record<string, readonly [zh: string, en: string]> = {
  refused: ['端口拒绝连接', 'The port refuses the connection'],
  unreachable: ['网络不通', 'No route to it'],
  timeout: ['连得上，但没有数据', 'It answers, but nothing comes'],
  unauthorized: ['用户名或密码错误', 'Wrong user or password'],
  not_found: ['码流路径不对', 'Wrong path of the stream'],
  no_video: ['没有视频流', 'There is no video stream'],
  not_rtsp: ['对方不是 RTSP 服务', 'What answers is no RTSP server'],
  codec: ['编码不能播放', 'Its codec cannot be played'],
  ended: ['摄像机关闭了码流', 'The camera closed the stream'],
  no_keyframe: ['没有关键帧：智能编码？', 'No keyframe: smart codec?'],
  credential_missing: ['口令变量没有设置', 'Its password variable is not set'],
  worker: ['没有视频进程送出这一路', 'No vision worker shows this camera'],
};

export function faultWord(fault: string): string {
  const words = FAULTS[fault];
  return words ? inLanguage(...words) : fault;
}
