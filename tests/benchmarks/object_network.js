// A network of objects, trained as TensorFlow Playground trains: one example after the other goes
// forward and backward through nodes and links, and the sums of gradients move the weights.

class Node {
  constructor(sources, activation) {
    this.links = sources.map((source) => new Link(source, this));
    this.outgoing = [];
    this.activation = activation;
    this.bias = 0.1;
    this.sum = this.output = this.slope = this.gradient = this.sumOfGradients = 0;
  }

  compute() {
    this.sum = this.bias;
    for (let i = 0; i < this.links.length; i++) this.sum += this.links[i].weight * this.links[i].source.output;
    this.output = this.activation.of(this.sum);
  }
}

class Link {
  constructor(source, target) {
    Object.assign(this, { source, target, weight: Math.random() - 0.5, sumOfGradients: 0 });
    source.outgoing.push(this);
  }
}

const tanh = {
  of: (x) => Math.tanh(x),
  slope: (x) => {
    const output = Math.tanh(x);
    return 1 - output * output;
  },
};

function makeNetwork(sizes) {
  const layers = [];
  for (const size of sizes) layers.push(Array.from({ length: size }, () => new Node(layers.at(-1) ?? [], tanh)));
  return layers;
}

function learn(layers, inputs, target) {
  for (let i = 0; i < inputs.length; i++) layers[0][i].output = inputs[i];
  for (let k = 1; k < layers.length; k++) for (const node of layers[k]) node.compute();
  const last = layers.at(-1)[0];
  last.slope = last.output - target;
  for (let k = layers.length - 1; k >= 1; k--) {
    for (const node of layers[k]) {
      node.gradient = node.slope * node.activation.slope(node.sum);
      node.sumOfGradients += node.gradient;
      for (let i = 0; i < node.links.length; i++) {
        node.links[i].sumOfGradients += node.gradient * node.links[i].source.output;
      }
    }
    if (k === 1) break;
    for (const node of layers[k - 1]) {
      node.slope = 0;
      for (let i = 0; i < node.outgoing.length; i++) {
        node.slope += node.outgoing[i].weight * node.outgoing[i].target.gradient;
      }
    }
  }
}

function update(layers, rate, size) {
  for (let k = 1; k < layers.length; k++) {
    for (const node of layers[k]) {
      node.bias -= (rate * node.sumOfGradients) / size;
      node.sumOfGradients = 0;
      for (let i = 0; i < node.links.length; i++) {
        node.links[i].weight -= (rate * node.links[i].sumOfGradients) / size;
        node.links[i].sumOfGradients = 0;
      }
    }
  }
}

/** Steps in a second on these points, `[x1, x2, target]`; and the last loss, which shows that it learns. */
globalThis.measureObjects = ({ sizes, points, batch, rate, epochs }) => {
  const layers = makeNetwork(sizes);
  const train = (count) => {
    for (let epoch = 0; epoch < count; epoch++) {
      points.forEach(([x1, x2, target], index) => {
        learn(layers, [x1, x2], target);
        if ((index + 1) % batch === 0) update(layers, rate, batch);
      });
    }
  };
  train(epochs);
  const begun = performance.now();
  train(epochs);
  const seconds = (performance.now() - begun) / 1000;
  let loss = 0;
  for (const [x1, x2, target] of points) {
    layers[0][0].output = x1;
    layers[0][1].output = x2;
    for (const layer of layers.slice(1)) for (const node of layer) node.compute();
    loss += (layers.at(-1)[0].output - target) ** 2 / points.length;
  }
  return { rate: (epochs * Math.floor(points.length / batch)) / seconds, loss };
};
