/** The same colours as the page's own code: custom properties of style/code.css. */

import { HighlightStyle } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const colour = (name: string): string => `var(--md-code-hl-${name}-color)`;

export const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.operatorKeyword], color: colour('keyword') },
  { tag: [tags.string, tags.special(tags.string)], color: colour('string') },
  { tag: tags.escape, color: colour('special') },
  { tag: [tags.number], color: colour('number') },
  { tag: [tags.bool, tags.null, tags.self], color: colour('constant') },
  { tag: tags.comment, color: colour('comment') },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: colour('function') },
  {
    tag: [
      tags.operator,
      tags.arithmeticOperator,
      tags.compareOperator,
      tags.updateOperator,
      tags.logicOperator,
      tags.definitionOperator,
      tags.derefOperator,
    ],
    color: colour('operator'),
  },
  { tag: [tags.punctuation, tags.bracket, tags.separator], color: colour('punctuation') },
  { tag: tags.meta, color: colour('special') },
]);
