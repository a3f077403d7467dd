package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.op.PadMode;
import java.util.List;

/// What changes a tensor's shape, or takes a part of it.
final class ViewCases {
  private ViewCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("Identity").onnx("Identity", 25).formula("x").gradient("g")
            .takes(floats(5, 7)).computes((g, x) -> g.identity(x.get(0))),
        OperatorCase.of("Reshape").onnx("Reshape", 25).formula("the same elements, row-major; of a transposition here")
            .gradient("g in x's shape").takes(floats(3, 5, 7))
            .computes((g, x) -> g.reshape(g.transpose(x.get(0), 2, 0, 1), -1, 3)),
        OperatorCase.of("Flatten").onnx("Flatten", 25).formula("[Π dims before axis, Π dims from axis]")
            .gradient("g in x's shape").takes(floats(3, 5, 7)).computes((g, x) -> g.flatten(x.get(0), 2)),
        OperatorCase.of("Transpose").onnx("Transpose", 25).formula("y[i0, i1, i2] = x[i1, i2, i0] for perm 2 0 1")
            .gradient("g transposed back").takes(floats(3, 5, 7)).computes((g, x) -> g.transpose(x.get(0), 2, 0, 1)),
        OperatorCase.of("Squeeze").onnx("Squeeze", 25).formula("without dimensions of 1").gradient("g in x's shape")
            .takes(floats(3, 1, 7, 1)).computes((g, x) -> g.squeeze(x.get(0), 1, -1)),
        OperatorCase.of("Unsqueeze").onnx("Unsqueeze", 25).formula("with dimensions of 1").gradient("g in x's shape")
            .takes(floats(3, 7)).computes((g, x) -> g.unsqueeze(x.get(0), 0, 2)),
        OperatorCase.of("Expand").onnx("Expand", 13).formula("broadcast with a shape")
            .gradient("g summed over the axes that grew").takes(floats(3, 1, 7))
            .computes((g, x) -> g.expand(x.get(0), 2, 3, 5, 7)),
        OperatorCase.of("Slice").onnx("Slice", 13).formula("elements start, start + step, … before end along an axis")
            .gradient("g where taken, else +0").takes(floats(9, 7))
            .computes((g, x) -> g.slice(g.slice(x.get(0), 0, 1, 9, 3), 1, -2, -9, -2)),
        OperatorCase.of("Slice, two axes").onnx("Slice", 13).formula("Slice along each axis")
            .gradient("g where taken, else +0").takes(floats(9, 3, 7))
            .computes((g, x) -> g.slice(x.get(0), new long[] {-1, 1}, new long[] {-99, 9}, new int[] {2, 0},
                new long[] {-3, 2})),
        OperatorCase.of("Split").onnx("Split", 18).formula("slices of the given sizes along an axis")
            .gradient("g of each part in its place, summed").takes(floats(3, 7))
            .computesAll((g, x) -> g.split(x.get(0), 1, 2L, 1L, 4L)),
        OperatorCase.of("Split, in parts").onnx("Split", 18).formula("slices of ⌈size / parts⌉, the last what is left")
            .gradient("g of each part in its place, summed").takes(floats(7, 3))
            .computesAll((g, x) -> g.split(x.get(0), 0, 3)),
        OperatorCase.of("Concat").onnx("Concat", 13).formula("one after the other along an axis, two values a node")
            .gradient("slices of g").takes(floats(3, 5), floats(3, 1), floats(3, 7))
            .computes((g, x) -> g.concat(1, x.get(0), x.get(1), x.get(2))),
        OperatorCase.of("Pad, edge").onnx("Pad", 25).formula("the nearest element around x: Concat of slices")
            .gradient("g summed where an element stands").takes(floats(5, 7))
            .computes((g, x) -> g.pad(x.get(0), PadMode.EDGE, 1, 2, 0, 3)),
        OperatorCase.of("Pad, reflect").onnx("Pad", 25).formula("x mirrored at its ends: Concat of slices")
            .gradient("g summed where an element stands").takes(floats(5, 7))
            .computes((g, x) -> g.pad(x.get(0), PadMode.REFLECT, 1, 2, 0, 3)),
        OperatorCase.of("Pad, wrap").onnx("Pad", 25).formula("x's other end: Concat of slices")
            .gradient("g summed where an element stands").takes(floats(5, 7))
            .computes((g, x) -> g.pad(x.get(0), PadMode.WRAP, 1, 2, 0, 3)),
        OperatorCase.of("Pad").onnx("Pad", 25).formula("a constant around x; a negative pad crops")
            .gradient("the inner part of g").takes(floats(5, 7))
            .computes((g, x) -> g.pad(x.get(0), 0.5f, 1, -1, 0, 2)));
  }
}
