/** The chain rule of one weight, or of a bias, in words. */

import { short } from './weight-table';

/** What `why` of micrograd/playground.py answers. */
export interface Factors {
  point: number[];
  target: number;
  input: number;
  activation: string;
  slope: number;
  sum: number;
  gradient: number;
}

export function gradientWords({ point, target, input, activation, slope, sum, gradient }: Factors, bias: boolean): string {
  const place = `For the first point, (${point.map(short).join(', ')}) with target ${short(target)}: `;
  const first = bias
    ? `the bias has the gradient ${short(gradient)}, which is the slope of the loss at the neuron's sum. `
    : `the weight's gradient ${short(gradient)} is its input ${short(input)} times the slope of the loss at the neuron's sum, ${short(sum)}. `;
  if (slope === 0) return `${place}${first}The slope of ${activation} is 0 here, so nothing of the loss comes through.`;
  return `${place}${first}That slope is the one at the neuron's output, ${short(sum / slope)}, times the slope of ${activation}, ${short(slope)}.`;
}
