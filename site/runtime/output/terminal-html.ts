/** What a terminal would show, as HTML: the build writes recorded outputs with the readers that the page has. */

import { AnsiReader } from './ansi';
import { StreamText, omissionWords } from './stream';

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function colour(reader: AnsiReader, text: string): string {
  return reader
    .read(text)
    .map((segment) => (segment.classes ? `<span class="${segment.classes}">${escapeHtml(segment.text)}</span>` : escapeHtml(segment.text)))
    .join('');
}

/** A text that came whole, such as a `repr` or a traceback. */
export function textHtml(text: string): string {
  return colour(new AnsiReader(), text);
}

/** All that was written to a stream: lines are overwritten, and what is too long is cut. */
export function streamHtml(text: string): string {
  const stream = new StreamText();
  stream.write(text);
  const { lines, unfinished, dropped, tail } = stream.update();
  const omission = tail ? `<span class="out-omission">${omissionWords(dropped)}</span>` : '';
  return colour(new AnsiReader(), lines + unfinished) + omission + escapeHtml(tail);
}
