/** Small tasks that the program's own settings and losses show to be done. */

import type { Frame } from './frames';
import type { Settings } from './program';

interface Challenge {
  text: string;
  met(settings: Settings, frame: Pick<Frame, 'epoch' | 'train' | 'test'>): boolean;
}

const onlyCoordinates = ({ features }: Settings): boolean => features?.join() === 'x1,x2';
const neurons = ({ hidden }: Settings): number => (hidden ?? [Infinity]).reduce((sum, size) => sum + size, 0);

export const CHALLENGES: readonly Challenge[] = [
  {
    text: 'Circles, with x₁ and x₂ and at most 3 hidden neurons: test loss below 0.2.',
    met: (settings, { test }) => settings.data === 'circles' && onlyCoordinates(settings) && neurons(settings) <= 3 && test < 0.2,
  },
  {
    text: 'Xor without a hidden layer: test loss below 0.6. One more feature is enough.',
    met: (settings, { test }) => settings.data === 'xor' && neurons(settings) === 0 && test < 0.6,
  },
  {
    text: 'Moons, with x₁ and x₂ and one hidden layer of at most 4 neurons: test loss below 0.05.',
    met: (settings, { test }) =>
      settings.data === 'moons' && onlyCoordinates(settings) && settings.hidden?.length === 1 && neurons(settings) <= 4 && test < 0.05,
  },
  {
    text: 'The spiral with at most 12 hidden neurons: test loss below 0.05.',
    met: (settings, { test }) => settings.data === 'spiral' && neurons(settings) <= 12 && test < 0.05,
  },
  {
    text: 'The plane without a hidden layer: test loss below 0.01.',
    met: (settings, { test }) => settings.data === 'plane' && neurons(settings) === 0 && test < 0.01,
  },
  {
    text: 'A start that fails: circles, two hidden layers of 2 neurons, and a training loss above 0.7 after 200 epochs. Only the weights are new each time.',
    met: (settings, { epoch, train }) => settings.data === 'circles' && settings.hidden?.join() === '2,2' && epoch >= 200 && train > 0.7,
  },
  {
    text: 'A rate that is too large: a training loss above 1.5 after 5 epochs or more.',
    met: (_, { epoch, train }) => epoch >= 5 && !(train <= 1.5),
  },
];
