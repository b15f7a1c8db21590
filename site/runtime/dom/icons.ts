/** The few pictures on buttons, drawn here so that they need no request. Paths on a 24-unit grid. */

const PATHS = {
  run: 'M8 5.1v13.8L19 12z',
  runAll: 'M4 5.1v13.8L13 12zM13 5.1v13.8L22 12z',
  stop: 'M7 7h10v10H7z',
  restart: 'M12 5V1.5L7.5 6 12 10.5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
  notebook: 'M6 2h12a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm3 2v16h9V4zM6 4v16h1V4zm5 3v2h5V7z',
  reset: 'M12.5 8A9.6 9.6 0 0 0 6 10.6L2.5 7v9h9L7.9 12.4A7.5 7.5 0 0 1 19.5 16l2.4-.8A10 10 0 0 0 12.5 8z',
  link: 'M10.6 13.4a1 1 0 0 1-1.4 1.4 5 5 0 0 1 0-7.1l3.5-3.5a5 5 0 0 1 7.1 7.1l-1.5 1.5a6 6 0 0 0-.4-2.4l.5-.5a3 3 0 0 0-4.3-4.3l-3.5 3.5a3 3 0 0 0 0 4.3zm2.8-4.2a1 1 0 0 1 1.4 0 5 5 0 0 1 0 7.1l-3.5 3.5a5 5 0 0 1-7.1-7.1l1.5-1.5a6 6 0 0 0 .4 2.4l-.5.5a3 3 0 0 0 4.3 4.3l3.5-3.5a3 3 0 0 0 0-4.3 1 1 0 0 1 0-1.4z',
  more: 'M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  check: 'M9 16.2 4.8 12l-1.4 1.4L9 19 21 7l-1.4-1.4z',
  pause: 'M7 5h4v14H7zm6 0h4v14h-4z',
  previous: 'M18 5.1v13.8L8 12zM6 5h2v14H6z',
  next: 'M6 5.1v13.8L16 12zM16 5h2v14h-2z',
  close: 'M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4l5.6 5.6 1.4-1.4-5.6-5.6z',
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'live-icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
