package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The language model, at a size that the reference interprets in seconds.
class DecoderTransformerTest {
  private static final Tensor TEXT = text();
  private static final BoundTensor BOUND = new BoundTensor("text", DType.U8, TEXT.shape(), Digest.ZERO);
  private static final DecoderTransformer LLAMA = new DecoderTransformer(27, 16, 2, 4, 2, 24,
      DecoderTransformer.Normalizer.RMS, DecoderTransformer.FeedForward.SWIGLU, false);
  private static final DecoderTransformer GPT = DecoderTransformer.gpt(27, 16, 1, 2);

  /// A rhyme as tokens 0 (no letter) to 26.
  private static Tensor text() {
    byte[] bytes = """
        one for sorrow two for joy three for a girl four for a boy
        five for silver six for gold seven for a secret never to be told
        """.repeat(2).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (bytes[i] < 'a' ? 0 : bytes[i] - 'a' + 1);
    }
    return Tensor.ofBytes(Shape.of(bytes.length), bytes);
  }

  private static List<Float> losses(BuiltGraph built, Executor executor, int steps) {
    CompiledProgram compiled = executor.compile(built.program());
    List<Tensor> states = built.initialStates(7);
    List<Float> losses = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      compiled.run(t, new StepInputs(states, List.of(TEXT), List.of()), NodeObserver.NONE);
      losses.add(compiled.output(built.output("loss")).getFloat(0));
      List<Tensor> next = new ArrayList<>();
      for (int s = 0; s < states.size(); s++) {
        int node = built.program().slots().get(s).next();
        next.add(node == Slot.UNCHANGED ? states.get(s) : compiled.output(node).copy());
      }
      states = next;
    }
    return losses;
  }

  @Test
  void training_severalSteps_learns() {
    for (DecoderTransformer model : List.of(LLAMA, GPT)) {
      BuiltGraph built = GraphCase.builtTwice(() -> model.training(BOUND, 4, 12, AdamW.of(0.02f)));
      List<Float> losses = losses(built, new CpuExecutor(), 120);
      assertThat(losses.getFirst()).isCloseTo((float) Math.log(27), within(1f));
      assertThat(losses.subList(110, 120).stream().mapToDouble(l -> l).average().orElseThrow())
          .as("%s", model).isLessThan(1.2);
    }
  }

  @Test
  void training_everyNode_isTheReferencesAndReadsLittle() {
    for (DecoderTransformer model : List.of(LLAMA, GPT)) {
      BuiltGraph built = model.training(BOUND, 3, 9, AdamW.of(0.02f));
      CompiledProgram expected = new ReferenceExecutor().compile(built.program());
      CompiledProgram actual = new CpuExecutor().compile(built.program());
      StepInputs inputs = new StepInputs(built.initialStates(5), List.of(TEXT), List.of());
      expected.run(3, inputs, NodeObserver.NONE);
      actual.run(3, inputs, NodeObserver.NONE);
      for (int n = 0; n < built.program().nodes().size(); n++) {
        Node node = built.program().nodes().get(n);
        assertThat(actual.output(n).sameBits(expected.output(n))).as("node %s %s", n, node).isTrue();
        assertThat(node.label()).isNotEqualTo("Identity");
        assertThat(node.inputs().stream().filter(i -> i.numel() > 1).map(Input::source).distinct().count())
            .as(node.label()).isLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void losses_ofBothExecutors_areEqual() {
    BuiltGraph built = LLAMA.training(BOUND, 2, 8, AdamW.of(0.02f));
    assertThat(losses(built, new CpuExecutor(), 3)).isEqualTo(losses(built, new ReferenceExecutor(), 3));
  }

  @Test
  void training_withDropout_learnsByOtherLossesAndTheSameSlots() {
    BuiltGraph built = GraphCase.builtTwice(() -> GPT.training(BOUND, 4, 12, AdamW.of(0.02f), 0.1f, 5));
    BuiltGraph plain = GPT.training(BOUND, 4, 12, AdamW.of(0.02f));
    assertThat(built.program().slots().stream().map(Slot::name).toList())
        .isEqualTo(plain.program().slots().stream().map(Slot::name).toList());
    assertThat(built.program().nodes().stream().filter(n -> n.label().equals("Dropout.mask")).count()).isEqualTo(3);
    List<Float> losses = losses(built, new CpuExecutor(), 120);
    assertThat(losses.subList(0, 2)).isEqualTo(losses(built, new ReferenceExecutor(), 2))
        .isNotEqualTo(losses(plain, new CpuExecutor(), 2));
    assertThat(losses.subList(110, 120).stream().mapToDouble(l -> l).average().orElseThrow()).isLessThan(2);
  }

  /// What follows a token doesn't reach its scores, and what precedes it does.
  @Test
  void inference_laterTokens_changeNoEarlierScore() {
    BoundTensor tokens = new BoundTensor("tokens", DType.U8, Shape.of(1, 6), Digest.ZERO);
    BuiltGraph built = LLAMA.inference(tokens);
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    List<Tensor> states = built.initialStates(7);
    byte[][] inputs = {{1, 2, 3, 4, 5, 6}, {1, 2, 3, 9, 5, 6}};
    List<Tensor> scores = new ArrayList<>();
    for (byte[] input : inputs) {
      compiled.run(0, new StepInputs(states, List.of(Tensor.ofBytes(Shape.of(1, 6), input)), List.of()),
          NodeObserver.NONE);
      scores.add(compiled.output(built.output("logits")).copy());
    }
    for (int row = 0; row < 6; row++) {
      boolean same = true;
      for (int c = 0; c < 27; c++) {
        same &= scores.get(0).getFloat(row * 27L + c) == scores.get(1).getFloat(row * 27L + c);
      }
      assertThat(same).as("row %s", row).isEqualTo(row < 3);
    }
  }

  @Test
  void parameterCount_isWhatTheSlotsHold() {
    for (DecoderTransformer model : List.of(LLAMA, GPT)) {
      BuiltGraph built = model.inference(new BoundTensor("tokens", DType.U8, Shape.of(1, 6), Digest.ZERO));
      assertThat(built.program().slots().stream().mapToLong(s -> s.shape().numel()).sum())
          .isEqualTo(model.parameterCount());
    }
    assertThat(DecoderTransformer.llama(62, 384, 6, 6, 1024).parameterCount()).isBetween(10_000_000L, 11_000_000L);
  }

  @Test
  void windows_anEpoch_startAtEachPlaceOnce() {
    GraphBuilder g = new GraphBuilder();
    Value text = g.data("text", DType.I32, Shape.of(31), Digest.ZERO);
    g.state("unused", DType.F32, Shape.scalar());
    g.output("inputs", Windows.of(text, 4, 3, 0));
    g.output("targets", Windows.of(text, 4, 3, 1));
    BuiltGraph built = g.build();
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    Tensor numbers = Tensor.zeros(DType.I32, Shape.of(31));
    for (int i = 0; i < 31; i++) {
      numbers.setLong(i, i);
    }
    List<Long> starts = new ArrayList<>();
    for (int t = 0; t < 7; t++) {
      compiled.run(t, new StepInputs(built.initialStates(0), List.of(numbers), List.of()), NodeObserver.NONE);
      for (int i = 0; i < 12; i++) {
        long input = compiled.output(built.output("inputs")).getLong(i);
        assertThat(compiled.output(built.output("targets")).getLong(i)).isEqualTo(input + 1);
        if (i % 3 == 0) {
          starts.add(input);
        } else {
          assertThat(input).isEqualTo(starts.getLast() + i % 3);
        }
      }
    }
    assertThat(starts).doesNotHaveDuplicates().hasSize(28).allMatch(s -> s >= 0 && s < 28);
    assertThat(Math.abs(starts.get(1) - starts.get(0))).isGreaterThan(7);
  }

  @Test
  void model_badSizes_areRefused() {
    assertThatThrownBy(() -> DecoderTransformer.gpt(27, 18, 1, 4)).isInstanceOf(InvalidAttributeException.class)
        .hasMessage("DecoderTransformer: heads must be such that each has an even part of width 18, not 4");
    assertThatThrownBy(() -> DecoderTransformer.gpt(27, 16, 0, 4)).isInstanceOf(InvalidAttributeException.class);
    assertThatThrownBy(() -> new DecoderTransformer(27, 16, 2, 4, 3, 24, DecoderTransformer.Normalizer.RMS,
        DecoderTransformer.FeedForward.SWIGLU, false)).isInstanceOf(InvalidAttributeException.class);
    assertThatThrownBy(() -> GPT.training(BOUND, 2, 10_000, Sgd.of(0.1f)))
        .isInstanceOf(InvalidAttributeException.class).hasMessageContaining("Windows");
  }
}
