package dev.verdict.repops.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The exponential of softmax: how near it is, and that an executor which knows it gives what its instructions give.
class CompositionTest {
  private static final int LENGTH = 1 << 16;
  /// Of the 1.1·10^9 inputs from −0 to LEAST every so manyth, or with `-Dverdict.exhaustive=true` all.
  private static final int STRIDE = Boolean.getBoolean("verdict.exhaustive") ? 1 : 31;

  private static Program program() {
    Input x = new Input(new Source.State(0), DType.F32, LENGTH, 0, new long[] {1}, new long[0]);
    Node node = new Node("Decay", DType.F32, Shape.of(LENGTH), Shape.scalar(), 0, List.of(x),
        Decay.COMPOSITION.instructions());
    return new Program(
        List.of(new Slot("x", DType.F32, Shape.of(LENGTH), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
  }

  private static Tensor run(CompiledProgram program, Tensor x) {
    program.run(0, new StepInputs(List.of(x), List.of(), List.of()), NodeObserver.NONE);
    return program.output(0);
  }

  @Test
  void instructions_argumentsOfSoftmax_areWithinAnUlp() {
    CompiledProgram program = new CpuExecutor().compile(program());
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    double worst = 0;
    long count = 0;
    int bits = Float.floatToRawIntBits(-0f);
    int end = Float.floatToRawIntBits(Decay.LEAST);
    while (bits <= end) {
      for (int i = 0; i < LENGTH; i++) {
        x.setFloat(i, Float.intBitsToFloat(Math.min(bits, end)));
        bits += STRIDE;
      }
      Tensor y = run(program, x);
      for (int i = 0; i < LENGTH; i++) {
        double exact = Math.exp(x.getFloat(i));
        double ulp = Math.scalb(1.0, Math.getExponent(exact) - 23);
        worst = Math.max(worst, Math.abs(y.getFloat(i) - exact) / ulp);
        count++;
      }
    }
    assertThat(count).isGreaterThan((end - Float.floatToRawIntBits(-0f)) / STRIDE);
    assertThat(worst).isBetween(0.5, 0.89);
  }

  @Test
  void instructions_specialArguments_giveWhatIsStated() {
    float[] x = {0f, -0f, Float.NEGATIVE_INFINITY, Float.NaN, Decay.LEAST, Math.nextDown(Decay.LEAST), -1e30f};
    float[] expected = {1f, 1f, 0f, Float.NaN, 0x1.00004cp-126f, 0f, 0f};
    Tensor t = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    for (int i = 0; i < x.length; i++) {
      t.setFloat(i, x[i]);
    }
    for (Executor executor : List.of(new ReferenceExecutor(), new CpuExecutor())) {
      Tensor y = run(executor.compile(program()), t);
      for (int i = 0; i < x.length; i++) {
        assertThat((Float) y.getFloat(i)).as("%s", x[i]).isEqualTo((Float) expected[i]);
      }
    }
  }

  /// Any bits: above 0, where it isn't meant for, too.
  @Test
  void run_anyArgument_isWhatTheInstructionsGive() {
    CompiledProgram reference = new ReferenceExecutor().compile(program());
    CompiledProgram cpu = new CpuExecutor().compile(program());
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    int bits = 0;
    for (int chunk = 0; chunk < 8; chunk++) {
      for (int i = 0; i < LENGTH; i++) {
        x.setRegister(i, Float.floatToIntBits(Float.intBitsToFloat(bits)) & 0xffffffffL);
        bits += 0x1fff7;
      }
      assertThat(run(cpu, x).sameBits(run(reference, x))).isTrue();
    }
  }

  @Test
  void argument_instructions_isFound_butNotWhereOneIsAnother() {
    List<Instruction> body = Decay.COMPOSITION.instructions();
    assertThat(Decay.COMPOSITION.argument(body, body.size() - 1)).isZero();
    for (int i = 0; i < body.size() - 1; i++) {
      assertThat(Decay.COMPOSITION.argument(body, i)).isEqualTo(-1);
    }
    for (int i = 1; i < body.size(); i++) {
      for (Instruction other : others(body.get(i))) {
        List<Instruction> changed = new ArrayList<>(body);
        changed.set(i, other);
        assertThat(Decay.COMPOSITION.argument(changed, body.size() - 1)).as("%s: %s", i, other).isEqualTo(-1);
      }
    }
  }

  /// The instruction with another constant, or with an operand more or less to the front.
  private static List<Instruction> others(Instruction x) {
    List<Instruction> others = new ArrayList<>();
    int operands = x.registers().length;
    if (operands == 0) {
      others.add(new Instruction(x.op(), 0, 0, 0, x.imm() + 1));
    }
    for (int o = 0; o < operands; o++) {
      int[] r = x.registers();
      r[o] = r[o] == 0 ? 1 : r[o] - 1;
      others.add(new Instruction(
          x.op(), r[0], operands > 1 ? r[1] : 0, operands > 2 ? r[2] : 0, 0));
    }
    return others;
  }
}
