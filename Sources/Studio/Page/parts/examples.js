// Drawings to begin with: strokes in a square of side 100.

const arc = (x, y, rx, ry, from = 0, to = 360) => {
  const points = [];
  const steps = Math.max(Math.round(Math.abs(to - from) / 10), 2);
  for (let step = 0; step <= steps; step++) {
    const angle = (from + (to - from) * step / steps) * Math.PI / 180;
    points.push([x + rx * Math.cos(angle), y + ry * Math.sin(angle)]);
  }
  return points;
};
const dot = (x, y, radius = 1.5) => arc(x, y, radius, radius);
const petals = (x, y, count, inner, outer, width) => Array.from({ length: count }, (_, index) => {
  const angle = index / count * 360;
  const [side, end] = [width / 2, angle * Math.PI / 180];
  return [[x + inner * Math.cos(end - side), y + inner * Math.sin(end - side)],
    [x + (inner + outer) / 2 * Math.cos(end - side * 1.2), y + (inner + outer) / 2 * Math.sin(end - side * 1.2)],
    [x + outer * Math.cos(end), y + outer * Math.sin(end)],
    [x + (inner + outer) / 2 * Math.cos(end + side * 1.2), y + (inner + outer) / 2 * Math.sin(end + side * 1.2)],
    [x + inner * Math.cos(end + side), y + inner * Math.sin(end + side)]];
});

const smile = [arc(50, 50, 36, 36), dot(38, 42, 3), dot(62, 42, 3), arc(50, 54, 20, 16, 20, 160)];
const house = [[[20, 48], [20, 84], [80, 84], [80, 48]], [[12, 54], [50, 18], [88, 54]], [[43, 84], [43, 62], [57, 62],
  [57, 84]], [[27, 56], [37, 56], [37, 66], [27, 66], [27, 56]], [[63, 56], [73, 56], [73, 66], [63, 66], [63, 56]],
  [[68, 34], [68, 20], [76, 20], [76, 43]]];
const heart = [[...arc(34, 38, 17, 17, 155, 360), ...arc(68, 38, 17, 17, 180, 385), [51, 84], [18.6, 45.2]]];
const apple = [[...arc(50, 58, 30, 28, -70, 250)], [[40, 31.5], [46, 35], [54, 35], [60, 31.7]], [[50, 34], [52, 18]],
  [[52, 26], [60, 16], [72, 16], [66, 26], [52, 27]]];
const cat = [[...arc(50, 56, 32, 28, -50, 230)], [[26, 38], [24, 14], [43, 29], [57, 29], [76, 14], [74, 38]],
  dot(38, 50, 3), dot(62, 50, 3), [[46, 60], [54, 60], [50, 65], [46, 60]], arc(44, 66, 6, 6, 0, 150),
  arc(56, 66, 6, 6, 30, 180), [[8, 56], [24, 59]], [[8, 68], [24, 66]], [[92, 56], [76, 59]], [[92, 68], [76, 66]]];
const daisy = [dot(50, 42, 9), ...petals(50, 42, 12, 10, 34, .45), [[50, 76], [49, 88], [51, 98]]];
const tulip = [[[33, 24], [32, 44], [40, 58], [50, 61], [60, 58], [68, 44], [67, 24], [58, 36], [50, 20], [42, 36],
  [33, 24]], [[50, 61], [50, 96]], [[50, 92], [34, 82], [26, 64], [40, 72], [49, 88]], [[51, 90], [66, 80], [74, 62],
  [60, 70], [51, 86]]];
const sunflower = [dot(50, 44, 15), dot(50, 44, 8), ...petals(50, 44, 16, 16, 36, .36), [[50, 80], [50, 98]]];
const rose = [arc(50, 42, 26, 24), arc(50, 42, 9, 8, 0, 330), arc(52, 43, 16, 14, 40, 300), arc(48, 40, 20, 19, 200, 420),
  [[50, 66], [50, 98]], [[50, 84], [36, 74], [30, 82], [50, 88]]];

/** Examples for a translator: those that it knows, by a name. */
export const examples = {
  emoji: [["Smile", smile], ["House", house], ["Heart", heart], ["Apple", apple], ["Cat", cat]],
  flowers: [["Daisy", daisy], ["Tulip", tulip], ["Sunflower", sunflower], ["Rose", rose]],
};

/** The examples that suit a model by its name. */
export const suited = (model) =>
  model.includes("emoji") ? examples.emoji : model.includes("flower") ? examples.flowers
    : [...examples.emoji, ...examples.flowers];
