/** The engine that the reader wrote piece by piece, in place of the book's. */

export const PIECES = ['value', 'operators', 'backward', 'neuron', 'layer', 'network'] as const;

export type Piece = (typeof PIECES)[number];

export function missingPieces(pieces: ReadonlyMap<Piece, string>): Piece[] {
  return PIECES.filter((piece) => !pieces.get(piece));
}

/**
 * Python that puts the reader's names into `micrograd`, before a chapter imports them.
 *
 * Each piece is run under its own name, so that an error says which one it came from.
 */
export function prelude(pieces: ReadonlyMap<Piece, string>): string {
  const sources = JSON.stringify(PIECES.map((piece) => [piece, pieces.get(piece) ?? '']));
  return `
import json, math, random, sys, types
import micrograd
_own = types.ModuleType("own_engine")
_own.__dict__.update(math=math, random=random)
for _piece, _source in json.loads(${JSON.stringify(sources)}):
    try:
        exec(compile(_source, f"your piece {_piece}", "exec"), _own.__dict__)
    except Exception as error:
        raise RuntimeError(f"your piece '{_piece}' does not run: {type(error).__name__}: {error}") from None
_absent = [name for name in ("Value", "Neuron", "Layer", "MLP") if not hasattr(_own, name)]
if _absent:
    raise RuntimeError(f"your engine has no {', '.join(_absent)}")
_a, _b = _own.Value(2.0), _own.Value(-3.0)
_c = (_a * _b + _a).tanh()
_c.backward()
_expected = 1 - math.tanh(-4.0) ** 2
for _name, _got, _want in (("tanh(a*b + a)", _c.data, math.tanh(-4.0)), ("a's gradient", _a.grad, -2.0 * _expected), ("b's gradient", _b.grad, 2.0 * _expected)):
    if abs(_got - _want) > 1e-9:
        raise RuntimeError(f"your engine differs from the book's: {_name} is {_got}, expected {_want}")
sys.modules["own_engine"] = _own
for _name in ("Value", "Neuron", "Layer", "MLP"):
    setattr(micrograd, _name, getattr(_own, _name))
`;
}
