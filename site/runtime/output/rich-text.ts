/** Markdown and TeX as HTML: loaded when an output has them. */

import katex from 'katex';
import { Marked } from 'marked';

/** MathML needs no styles and no fonts, and is read out. */
function mathematics(tex: string, display: boolean): string {
  return katex.renderToString(tex, { displayMode: display, output: 'mathml', throwOnError: false });
}

const markdown = new Marked({
  extensions: [
    {
      name: 'mathematics',
      level: 'inline',
      start: (source) => source.indexOf('$'),
      tokenizer(source) {
        // `$5 and $6` are prices: mathematics begins and ends without a blank.
        const match = /^\$\$([^$]+)\$\$/.exec(source) ?? /^\$(?![\s$])([^$\n]*[^\s$\\])\$(?!\d)/.exec(source);
        return match ? { type: 'mathematics', raw: match[0], text: match[1]!, display: match[0].startsWith('$$') } : undefined;
      },
      renderer: ({ text, display }) => mathematics(text as string, display as boolean),
    },
  ],
});

export function markdownToHtml(source: string): string {
  return markdown.parse(source, { async: false });
}

/** What objects give as `text/latex`: TeX between dollars, within an environment, or bare. */
export function latexToHtml(source: string): string {
  const text = source.trim();
  const display = /^\$\$([\s\S]*)\$\$$/.exec(text) ?? /^\\\[([\s\S]*)\\\]$/.exec(text);
  if (display) return mathematics(display[1]!, true);
  const inline = /^\$([\s\S]*)\$$/.exec(text) ?? /^\\\(([\s\S]*)\\\)$/.exec(text);
  return mathematics(inline?.[1] ?? text, !inline);
}
