/** The playground's style, which comes with its script: other pages have no need of it. */

export const STYLE = `
[data-playground] .live-output > .out-svg, [data-playground] .live-recorded, [data-playground] .live-output:not(:has(> :not(.out-svg))) { display: none; }
.md-typeset .pg { max-width: none; container-type: inline-size; margin: 1em 0; font: 0.64rem/1.35 var(--live-font); }
.pg [hidden] { display: none !important; }
.pg-bar, .pg-settings, .pg-data { display: flex; flex-wrap: wrap; gap: 0.3rem 0.7rem; align-items: end; }
.pg-bar { align-items: center; padding: 0.3rem 0; }
.pg-settings { padding: 0.3rem 0 0.5rem; border-bottom: 1px solid var(--live-line); }
.pg-field { display: grid; grid-template-columns: 1fr auto; gap: 0 0.3rem; }
.pg-field label { color: var(--live-soft); white-space: nowrap; }
.pg-field :is(select, input) { grid-column: 1 / -1; min-height: var(--live-button-height); color: inherit; font: inherit; }
.pg-field select { padding: 0 0.2rem; border: 1px solid var(--live-line); border-radius: var(--live-radius); background: var(--md-default-bg-color); }
.pg-field .pg-value { grid-row: 1; grid-column: 2; font-variant-numeric: tabular-nums; }
.pg-field input[type=range] { width: 6rem; accent-color: var(--live-accent); }
.pg-tick { display: flex; gap: 0.3rem; align-items: center; min-height: var(--live-button-height); }
.pg-tick input { accent-color: var(--live-accent); }
.pg-epoch { min-width: 6.5em; font-size: 0.8rem; font-variant-numeric: tabular-nums; }
.pg-body { display: flex; gap: 0.6rem; align-items: flex-start; padding-top: 0.5rem; }
.pg-network { position: relative; flex: 1 1 0; min-width: 0; overflow-x: auto; }
.pg-network-inner { position: relative; min-width: 100%; width: max-content; }
.pg-lines { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.pg-columns { position: relative; display: flex; gap: 1.6rem; justify-content: space-between; min-height: 16.5rem; padding-right: 2rem; }
.pg-column { display: flex; flex-direction: column; gap: 0.3rem; align-items: center; }
.md-typeset .pg :is(h2, h3) { margin: 0; color: var(--live-soft); font: inherit; }
.pg-neuron { position: relative; flex: none; width: 1.9rem; height: 1.9rem; padding: 0; border: 1px solid var(--live-line); border-radius: 3px; background: none; cursor: pointer; color: inherit; font: inherit; }
.pg-neuron canvas { display: block; height: 100%; border-radius: 2px; }
.pg-neuron:is(:hover, :focus-visible) { outline: 2px solid var(--live-accent); outline-offset: 1px; }
.pg-feature { display: flex; align-items: center; justify-content: flex-end; width: auto; border-color: transparent; align-self: flex-end; background: none; }
.pg-feature canvas { flex: none; width: 1.9rem; border: 1px solid var(--live-line); }
.pg-feature[aria-pressed=true] canvas { border-color: var(--live-soft); }
.pg-feature-name { padding-right: 0.3rem; white-space: nowrap; }
.pg-feature[aria-pressed=false] { color: var(--live-soft); }
.pg-feature[aria-pressed=false] canvas { border-style: dashed; background: var(--md-default-bg-color); }
.pg-neuron[data-ailment]::after { position: absolute; right: -0.2rem; bottom: -0.3rem; padding: 0 0.15rem; border-radius: 2px; background: var(--live-waiting); color: var(--md-default-bg-color); font-size: 0.5rem; content: attr(data-ailment); }
.pg-sizes { display: flex; gap: 0.2rem; align-items: center; }
.live-button.pg-size { min-width: var(--live-button-height); padding: 0; border-color: var(--live-line); background: var(--md-default-bg-color); }
.pg-count { min-width: 1.2em; text-align: center; }
.pg-tip { position: absolute; z-index: 1; padding: 0 0.3rem; border-radius: 2px; background: var(--md-default-fg-color); color: var(--md-default-bg-color); pointer-events: none; white-space: nowrap; }
.pg-output { flex: none; width: 13rem; }
.pg-plane { position: relative; width: 13rem; height: 13rem; border: 1px solid var(--live-line); }
.pg-plane canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.pg-curves { display: block; width: 13rem; height: 3.4rem; margin-top: 0.4rem; }
.pg-losses { display: grid; grid-template-columns: auto 1fr; gap: 0 0.4rem; margin: 0.2rem 0 0; font-variant-numeric: tabular-nums; }
.pg-losses dt { color: var(--live-soft); }
.md-typeset .pg dl, .md-typeset .pg dd { margin: 0; }
.md-typeset .pg-words { min-height: 1.35em; margin: 0.4rem 0; color: var(--live-soft); }
.md-typeset .pg-words.pg-bad { color: var(--live-bad); white-space: pre-wrap; }
.md-typeset .pg .pg-table { margin: 0.4rem 0; padding: 0; border: 0; background: none; box-shadow: none; font-size: inherit; }
.md-typeset .pg .pg-table > summary { display: list-item; margin: 0; padding: 0.2rem 0; background: none; font-weight: inherit; list-style: disclosure-closed inside; }
.md-typeset .pg .pg-table[open] > summary { list-style-type: disclosure-open; }
.md-typeset .pg .pg-table > summary::before, .md-typeset .pg .pg-table > summary::after { display: none; }
.pg-challenges li[data-done] { color: var(--live-good); }
.pg-paint { display: flex; flex-wrap: wrap; gap: 0.3rem; align-items: center; margin: 0.3rem 0; padding: 0.2rem 0.4rem; border: 1px solid var(--live-line); border-radius: var(--live-radius); }
.pg-paint :is(input, select) { width: 6rem; min-height: var(--live-button-height); border: 1px solid var(--live-line); border-radius: var(--live-radius); background: var(--md-default-bg-color); color: inherit; font: inherit; }
.pg-table-scroll { max-height: 18rem; overflow: auto; }
.pg-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.pg-table :is(th, td) { padding: 0.1rem 0.5rem; text-align: left; }
.pg-table input { width: 11rem; min-height: var(--live-button-height); border: 1px solid var(--live-line); border-radius: var(--live-radius); background: none; color: inherit; font: inherit; }
.md-typeset .pg .pg-fold { margin: 0; padding: 0; border: 0; background: none; box-shadow: none; font-size: inherit; }
.md-typeset .pg .pg-fold > summary { display: none; min-height: var(--live-button-height); margin: 0; padding: 0.2rem 0; background: none; font-weight: inherit; list-style: disclosure-closed inside; }
.md-typeset .pg .pg-fold[open] > summary { list-style-type: disclosure-open; }
.md-typeset .pg .pg-fold > summary::before, .md-typeset .pg .pg-fold > summary::after { display: none; }
.pg-second { display: flex; gap: 0.4rem; align-items: center; margin-top: 0.3rem; }
.pg-second-picture { flex: none; width: 4rem; height: 4rem; border: 1px solid var(--live-line); }
@container (max-width: 600px) {
  .md-typeset .pg .pg-fold > summary { display: list-item; }
  .pg-body { flex-direction: column-reverse; }
  .pg-output { width: 100%; }
  .pg-plane { width: 11rem; height: 11rem; }
  .pg-network { flex: none; width: 100%; }
  .pg-columns { gap: 1.2rem; padding-right: 1rem; }
}
@media (pointer: coarse) { .pg-neuron, .pg-feature canvas { width: 44px; height: 44px; } .pg-feature { width: auto; } }
`;
