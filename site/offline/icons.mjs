// Draws an SVG as PNGs: node icons.mjs icon.svg FOLDER 192 512
import { readFileSync, writeFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';

const [source, folder, ...sizes] = process.argv.slice(2);
const svg = readFileSync(source, 'utf8');
for (const size of sizes) {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: Number(size) } }).render();
  writeFileSync(`${folder}/icon-${size}.png`, image.asPng());
}
