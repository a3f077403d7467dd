package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.EdgeValues;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Copies with borders, of every width around a vector's, and nodes that nearly are such copies.
class PaddedCopyTest {
  @BeforeEach
  void requireVectors() {
    assumeThat(VectorWidth.BITS).as("vector bits").isNotZero();
  }

  private static Node padded(Random random, long... dims) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(dims));
    long[] pads = new long[2 * dims.length];
    for (int d = Math.max(0, dims.length - 2); d < dims.length; d++) {
      pads[d] = random.nextInt(3);
      pads[dims.length + d] = random.nextInt(3);
    }
    pads[dims.length - 1] = 1 + random.nextInt(20);
    // Less than nothing cuts a piece off.
    pads[2 * dims.length - 1] = random.nextInt(20) - random.nextInt((int) dims[dims.length - 1] - 6);
    g.output("y", g.pad(x, random.nextBoolean() ? -0f : EdgeValues.anyFloat(random), pads));
    Program program = g.build().program();
    assertThat(program.nodes()).hasSize(1);
    return program.nodes().getFirst();
  }

  private static Optional<PaddedCopy> of(Node node) {
    return PaddedCopy.of(NodePlan.of(node, Tuning.DEFAULT));
  }

  private static Tensor run(PaddedCopy kernel, Node node, Tensor x, Random random) {
    return Parity.inPieces(kernel, node, new MemorySegment[] {x.segment()}, random);
  }

  @Test
  void run_anyShape_equalsReference() {
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      int width = 7 + random.nextInt(60);
      Node node = switch (random.nextInt(4)) {
        case 0 -> padded(random, width);
        case 1 -> padded(random, 1 + random.nextInt(5), width);
        case 2 -> padded(random, 1 + random.nextInt(4), 1 + random.nextInt(5), width);
        default -> padded(random, 1 + random.nextInt(3), 1 + random.nextInt(4), 1 + random.nextInt(5), width);
      };
      Tensor x = EdgeValues.anyTensor(random, DType.F32, Shape.of(node.inputs().getFirst().numel()));
      // NaN of every kind, which a store makes one.
      for (int j = 0; j < x.numel(); j += 1 + random.nextInt(9)) {
        x.setRegister(j, 0x7f800001L + random.nextInt(0x7fffff) | (long) random.nextInt(2) << 31);
      }
      PaddedCopy kernel = of(node).orElseThrow();
      assertThat(Parity.firstDifference(ReferenceExecutor.run(node, 0, List.of(x)), run(kernel, node, x, random)))
          .as("%s", node).isEmpty();
    }
  }

  /// y[i, j] = i < 2 && -1 < j + 0 && !(3 + j > 11) ? x[1 + 20·i + j] : 7.
  private static List<Instruction> bounds() {
    return List.of(
        new Instruction(Opcode.INDEX, 0, 0, 0, 0), new Instruction(Opcode.CONST_I, 0, 0, 0, 2),
        new Instruction(Opcode.ILT, 0, 1, 0, 0), new Instruction(Opcode.INDEX, 1, 0, 0, 0),
        new Instruction(Opcode.CONST_I, 0, 0, 0, -1), new Instruction(Opcode.ILT, 4, 3, 0, 0),
        new Instruction(Opcode.IAND, 2, 5, 0, 0), new Instruction(Opcode.CONST_I, 0, 0, 0, 3),
        new Instruction(Opcode.IADD, 7, 3, 0, 0), new Instruction(Opcode.CONST_I, 0, 0, 0, 11),
        new Instruction(Opcode.ILE, 8, 9, 0, 0), new Instruction(Opcode.IAND, 10, 6, 0, 0),
        new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.CONST_F, 0, 0, 0, 0x40e00000),
        new Instruction(Opcode.SELECT, 11, 12, 13, 0));
  }

  private static Node node(List<Instruction> body, long numel, long... strides) {
    return new Node("", DType.F32, Shape.of(5, 19), Shape.of(), 0,
        List.of(new Input(new Source.State(0), DType.F32, numel, 1, strides, new long[0])), body);
  }

  private static List<Instruction> with(int i, Instruction instruction) {
    List<Instruction> body = new ArrayList<>(bounds());
    body.set(i, instruction);
    return body;
  }

  @Test
  void of_boundsOfEveryForm_areTaken() {
    Node node = node(bounds(), 30, 20, 1);
    Tensor x = EdgeValues.anyTensor(new Random(3), DType.F32, Shape.of(30));
    PaddedCopy kernel = of(node).orElseThrow();
    Tensor y = run(kernel, node, x, new Random(4));
    assertThat(Parity.firstDifference(ReferenceExecutor.run(node, 0, List.of(x)), y)).isEmpty();
    assertThat(y.getRegister(19 + 8)).isEqualTo(x.getRegister(29));
    assertThat(y.getFloat(19 + 9)).isEqualTo(7);
    assertThat(y.getFloat(2 * 19)).isEqualTo(7);
  }

  @Test
  void of_nearMisses_areLeft() {
    List<Node> misses = List.of(
        // One element of the box isn't in the tensor; rows aren't neighbours.
        node(bounds(), 29, 20, 1), node(bounds(), 60, 20, 2),
        // i · 2 < …; i + j < …; a disjunction; the condition's opposite; an empty box; too narrow a box.
        node(with(8, new Instruction(Opcode.IMUL, 7, 3, 0, 0)), 30, 20, 1),
        node(with(8, new Instruction(Opcode.IADD, 0, 3, 0, 0)), 30, 20, 1),
        node(with(11, new Instruction(Opcode.IOR, 10, 6, 0, 0)), 30, 20, 1),
        node(with(14, new Instruction(Opcode.SELECT, 11, 13, 12, 0)), 30, 20, 1),
        node(with(1, new Instruction(Opcode.CONST_I, 0, 0, 0, 0)), 30, 20, 1),
        node(with(9, new Instruction(Opcode.CONST_I, 0, 0, 0, 7)), 30, 20, 1));
    for (Node node : misses) {
      assertThat(of(node)).as("%s", node).isEmpty();
      Tensor x = EdgeValues.anyTensor(new Random(5), DType.F32, Shape.of(node.inputs().getFirst().numel()));
      NodeKernel other = KernelCompiler.compile(NodePlan.of(node, Tuning.DEFAULT));
      Tensor y = Tensor.zeros(DType.F32, node.out());
      other.run(0, y.segment(), new MemorySegment[] {x.segment()}, Scratch.allocate(other.scratch()), 0, other.units());
      assertThat(Parity.firstDifference(ReferenceExecutor.run(node, 0, List.of(x)), y)).as("%s", node).isEmpty();
    }
  }
}
