package dev.verdict.bisection.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.Finding;
import dev.verdict.bisection.game.FoldOpening;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.testing.ToyProgram;
import dev.verdict.bisection.trace.StepTrace;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.testing.RandomPrograms;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// SPEC §7.1: a step proof shows what is so, and no other bytes show anything else.
class AdjudicatorPropertyTest {
  private static final Adjudicator ADJUDICATOR = Adjudicator.INSTANCE;

  /// A proof, and the state that it was made for.
  record Case(String name, GameState state, Bytes proof) {}

  private static GameState proving(Dispute dispute, TraceProvider trace, long t, Phase phase, int target) {
    StepTrace step = trace.step(t);
    GameState first = ((Outcome.Advanced) Dispute.RULES.open(
        1, dispute.claim, Dispute.CHALLENGER, 1, Digest.ZERO, Dispute.START)).state();
    return first.toBuilder().phase(phase).step(t).traceRoot(step.trace().root())
        .slotsBefore(step.slotsBefore().root()).slotsAfter(step.slotsAfter().root())
        .nodeCount(dispute.sample.program().nodes().size()).slotCount(dispute.sample.program().slots().size())
        .target(target).build();
  }

  private static Case ofElement(Dispute dispute, TraceProvider trace, long t, int target, long element, long k) {
    Node node = dispute.sample.program().nodes().get(target);
    boolean folds = node.foldLength() > 1;
    GameState state = proving(dispute, trace, t, folds ? Phase.PROVE_POSITION : Phase.OPEN_NODE, target);
    GameState.Builder builder = state.toBuilder().element(element).position(k);
    if (folds) {
      builder.foldRoot(TensorCommitment.root(trace.accumulators(t, target, element)))
          .foldLength(node.foldLength()).foldDType(node.dtype().code());
    }
    return new Case("seed " + dispute.sample.seed() + " node " + target + " " + node.label() + " element " + element
        + " k " + k, builder.build(),
        StepProof.ofElement(trace.program(), trace.elementWitness(t, target, element), t, target, element, k));
  }

  private static Case ofSlot(Dispute dispute, TraceProvider trace, long t, int slot) {
    return new Case("slot " + slot, proving(dispute, trace, t, Phase.PROVE_SLOT, slot),
        StepProof.ofSlot(trace.program(), trace.slotWitness(t), slot));
  }

  private static List<Case> cases(RandomPrograms.Sample sample, Random random, int perNode) {
    Dispute dispute = new Dispute(sample, 2, 2, Dispute.honest(sample));
    TraceProvider trace = dispute.claimedTrace();
    List<Case> cases = new ArrayList<>();
    for (int node = 0; node < sample.program().nodes().size(); node++) {
      Node n = sample.program().nodes().get(node);
      for (int i = 0; i < perNode; i++) {
        long element = edge(random, n.out().numel());
        cases.add(ofElement(dispute, trace, i % 2, node, element, edge(random, n.foldLength())));
      }
    }
    for (int slot = 0; slot < sample.program().slots().size(); slot++) {
      cases.add(ofSlot(dispute, trace, 1, slot));
    }
    return cases;
  }

  private static long edge(Random random, long limit) {
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> limit - 1;
      default -> (long) (random.nextDouble() * limit);
    };
  }

  @Test
  void adjudicate_trueTransition_isEqualForEveryNodeAndPosition() {
    int checked = 0;
    Set<String> labels = new HashSet<>();
    for (long seed = 300; seed < 330; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      for (Case c : cases(sample, new Random(seed), 4)) {
        assertThat(ADJUDICATOR.adjudicate(c.state(), c.proof())).as(c.name()).isInstanceOf(Finding.Equal.class);
        assertThat(ADJUDICATOR.explain(c.state(), c.proof()).isPresent())
            .isEqualTo(c.state().phase() != Phase.PROVE_SLOT);
        checked++;
      }
      sample.program().nodes().forEach(n -> labels.add(n.label().replaceAll("[0-9]", "")));
    }
    System.out.println(checked + " true transitions of " + labels);
    assertThat(checked).isGreaterThan(1000);
  }

  @Test
  void adjudicate_anyByteFlipped_neverFindsAnythingElse() {
    int flips = 0;
    List<Case> cases = new ArrayList<>();
    for (long seed = 400; seed < 406; seed++) {
      cases.addAll(cases(RandomPrograms.sample(seed), new Random(seed), 1));
    }
    cases.addAll(cases(ToyProgram.sample(0), new Random(1), 3));
    for (Case c : cases) {
      byte[] proof = c.proof().toArray();
      for (int at = 0; at < proof.length; at++) {
        byte[] other = proof.clone();
        other[at] ^= (byte) (1 << at % 8);
        assertThat(ADJUDICATOR.adjudicate(c.state(), Bytes.of(other))).as("%s, byte %d", c.name(), at)
            .isInstanceOf(Finding.Nothing.class);
        flips++;
      }
    }
    System.out.println(flips + " flips in " + cases.size() + " proofs");
    assertThat(flips).isGreaterThan(50_000);
  }

  @Test
  void adjudicate_cutOrLengthened_findsNothing() {
    for (Case c : cases(ToyProgram.sample(1), new Random(2), 2)) {
      byte[] proof = c.proof().toArray();
      for (int length = 0; length < proof.length; length += 1 + length / 50) {
        assertThat(ADJUDICATOR.adjudicate(c.state(), Bytes.of(Arrays.copyOf(proof, length))))
            .isInstanceOf(Finding.Nothing.class);
      }
      for (int more : new int[] {1, 8, 32, 1024}) {
        assertThat(ADJUDICATOR.adjudicate(c.state(), Bytes.of(Arrays.copyOf(proof, proof.length + more))))
            .isInstanceOf(Finding.Nothing.class);
      }
    }
  }

  @Test
  void adjudicate_randomBytes_neverThrows() {
    Random random = new Random(5);
    List<Case> cases = cases(ToyProgram.sample(1), random, 1);
    for (int i = 0; i < 20_000; i++) {
      Case c = cases.get(i % cases.size());
      byte[] proof = c.proof().toArray();
      // A splice: right to some place, then anything, sometimes right again.
      int from = random.nextInt(proof.length);
      int to = from + random.nextInt(Math.min(40, proof.length - from)) + 1;
      for (int at = from; at < to && at < proof.length; at++) {
        proof[at] = (byte) random.nextInt();
      }
      if (!Arrays.equals(proof, c.proof().toArray())) {
        assertThat(ADJUDICATOR.adjudicate(c.state(), Bytes.of(proof))).isInstanceOf(Finding.Nothing.class);
        ADJUDICATOR.openFold(c.state().programRoot(), c.state().nodeCount(), c.state().target(), Bytes.of(proof));
      }
      byte[] noise = new byte[random.nextInt(600)];
      random.nextBytes(noise);
      assertThat(ADJUDICATOR.adjudicate(c.state(), Bytes.of(noise))).isInstanceOf(Finding.Nothing.class);
      assertThat(ADJUDICATOR.openFold(c.state().programRoot(), 3, 0, Bytes.of(noise)))
          .isInstanceOf(FoldOpening.Nothing.class);
    }
  }

  @Test
  void adjudicate_forAnotherState_findsNothing() {
    Digest other = Digest.sha256(new byte[] {3});
    for (Case c : cases(ToyProgram.sample(1), new Random(6), 2)) {
      GameState s = c.state();
      List<GameState> others = new ArrayList<>(List.of(s.toBuilder().programRoot(other).build(),
          s.toBuilder().target(s.target() == 0 ? 1 : s.target() - 1).build()));
      if (s.phase() == Phase.PROVE_SLOT) {
        others.add(s.toBuilder().slotsAfter(other).build());
      } else {
        others.add(s.toBuilder().phase(Phase.PROVE_SLOT).build());
        others.add(s.toBuilder().phase(Phase.SELECT_NODE).build());
      }
      if (s.foldLength() > 1) {
        others.add(s.toBuilder().foldRoot(other).build());
        others.add(s.toBuilder().phase(Phase.OPEN_NODE).build());
        others.add(s.toBuilder().position(s.foldLength()).build());
        others.add(s.toBuilder().position(-1).build());
      }
      for (GameState wrong : others) {
        assertThat(ADJUDICATOR.adjudicate(wrong, c.proof())).as("%s under %s", c.name(), wrong)
            .isInstanceOf(Finding.Nothing.class);
      }
    }
  }

  // ------------------------------------------------------------------ what differs

  /// A witness whose output of one node, or fold, is another.
  private record Altered(StepWitness honest, VectorCommitment trace, int node, Tensor output, Tensor fold)
      implements StepWitness {
    @Override
    public VectorCommitment slotsBefore() {
      return honest.slotsBefore();
    }

    @Override
    public VectorCommitment slotsAfter() {
      return honest.slotsAfter();
    }

    @Override
    public Tensor output(int index) {
      return index == node ? output : honest.output(index);
    }

    @Override
    public Tensor state(int index) {
      return honest.state(index);
    }

    @Override
    public Tensor data(int index) {
      return honest.data(index);
    }

    @Override
    public Tensor constant(int index) {
      return honest.constant(index);
    }
  }

  private static Finding withOutput(int node, long element, long k, Tensor output, boolean foldToo) {
    RandomPrograms.Sample sample = ToyProgram.sample(0);
    Dispute dispute = new Dispute(sample, 2, 2, Dispute.honest(sample));
    TraceProvider trace = dispute.claimedTrace();
    Case honest = ofElement(dispute, trace, 1, node, element, k);
    List<Digest> roots = new ArrayList<>(trace.step(1).trace().tree().leaves());
    roots.set(node, TensorCommitment.root(output));
    VectorCommitment altered = VectorCommitment.of(roots);
    StepWitness witness = trace.elementWitness(1, node, element);
    Tensor fold = sample.program().nodes().get(node).foldLength() > 1 ? witness.fold().copy() : output;
    GameState.Builder state = honest.state().toBuilder().traceRoot(altered.root());
    if (foldToo) {
      fold.setFloat(k, Float.intBitsToFloat(Float.floatToIntBits(fold.getFloat(k)) ^ 1));
      state.foldRoot(TensorCommitment.root(fold));
    }
    return ADJUDICATOR.adjudicate(state.build(), StepProof.ofElement(
        trace.program(), new Altered(witness, altered, node, output, fold), 1, node, element, k));
  }

  private static Tensor toyOutput(int node) {
    RandomPrograms.Sample sample = ToyProgram.sample(0);
    return new Dispute(sample, 2, 2, Dispute.honest(sample)).claimedTrace().output(1, node).copy();
  }

  @Test
  void adjudicate_oneBitOfTheOutput_isDifferentThereAndNowhereElse() {
    Tensor right = toyOutput(ToyProgram.SCALE);
    Tensor wrong = right.copy();
    wrong.setFloat(1000, Float.intBitsToFloat(Float.floatToIntBits(right.getFloat(1000)) ^ 1));
    Finding finding = withOutput(ToyProgram.SCALE, 1000, 0, wrong, false);
    assertThat(finding).isEqualTo(new Finding.Different(
        Adjudicator.word(0, right.getRegister(1000)), Adjudicator.word(0, wrong.getRegister(1000))));
    assertThat(withOutput(ToyProgram.SCALE, 999, 0, wrong, false)).isInstanceOf(Finding.Equal.class);
    assertThat(withOutput(ToyProgram.SCALE, 1000, 0, right, false)).isInstanceOf(Finding.Equal.class);
  }

  @Test
  void adjudicate_oneBitOfTheFold_isDifferentThere() {
    Tensor right = toyOutput(ToyProgram.MAT_MUL);
    for (long k : new long[] {0, 255, 256, 698}) {
      assertThat(withOutput(ToyProgram.MAT_MUL, 2, k, right, true)).as("k %d", k)
          .isInstanceOf(Finding.Different.class);
    }
    Tensor wrong = right.copy();
    wrong.setFloat(2, wrong.getFloat(2) + 1);
    assertThat(withOutput(ToyProgram.MAT_MUL, 2, 699, wrong, false)).isInstanceOf(Finding.Different.class);
    assertThat(withOutput(ToyProgram.MAT_MUL, 2, 698, wrong, false)).isInstanceOf(Finding.Equal.class);
  }

  @Test
  void adjudicate_outputOfAnotherType_isDifferentByItsTypeAlone() {
    Tensor right = toyOutput(ToyProgram.SCALE);
    Tensor asIntegers = Tensor.of(DType.I32, right.shape(), right.segment());
    Digest expected = Adjudicator.word(0, 2100);
    assertThat(withOutput(ToyProgram.SCALE, 3, 0, asIntegers, false))
        .isEqualTo(new Finding.Different(expected, Adjudicator.word(1, 2100)));
    Tensor longer = Tensor.zeros(DType.F32, Shape.of(2101));
    assertThat(withOutput(ToyProgram.SCALE, 3, 0, longer, false))
        .isEqualTo(new Finding.Different(expected, Adjudicator.word(0, 2101)));
    assertThat(withOutput(ToyProgram.MAT_MUL, 1, 699, longer, false)).isInstanceOf(Finding.Different.class);
  }

  @Test
  void adjudicate_nanThatIsNotCanonical_isDifferent() {
    Tensor wrong = toyOutput(ToyProgram.SCALE);
    // Past setFloat, which would make it canonical.
    wrong.segment().set(ValueLayout.JAVA_INT_UNALIGNED, 0, 0x7fc00001);
    Finding.Different finding = (Finding.Different) withOutput(ToyProgram.SCALE, 0, 0, wrong, false);
    assertThat(finding.claimed()).isEqualTo(Adjudicator.word(0, 0x7fc00001L));
  }

  // ------------------------------------------------------------------ in words

  @Test
  void explain_matMul_namesTheFma() {
    RandomPrograms.Sample sample = ToyProgram.sample(0);
    Dispute dispute = new Dispute(sample, 2, 2, Dispute.honest(sample));
    TraceProvider trace = dispute.claimedTrace();
    Case c = ofElement(dispute, trace, 1, ToyProgram.MAT_MUL, 1, 3);
    DecidingOperation operation = ADJUDICATOR.explain(c.state(), c.proof()).orElseThrow();
    Tensor w = trace.states(1).get(0);
    Tensor x = sample.inputs().data().get(0);
    Tensor inner = trace.accumulators(1, ToyProgram.MAT_MUL, 1);
    String expected = "fma(%s, %s, %s) = %s, claimed %s".formatted(bits(w, 703), bits(x, 3), bits(inner, 2),
        bits(inner, 3), bits(inner, 3));
    assertThat(operation.operation()).isEqualTo(expected);
    assertThat(operation.toString()).isEqualTo("step 1, node 0 MatMul, element 1, k 3: " + expected);
  }

  private static String bits(Tensor tensor, long element) {
    return "0x%08x".formatted((int) tensor.getRegister(element));
  }

  @Test
  void explain_integers_areShownInDecimal() {
    RandomPrograms.Sample sample = ToyProgram.sample(0);
    Dispute dispute = new Dispute(sample, 3, 2, Dispute.honest(sample));
    Case c = ofElement(dispute, dispute.claimedTrace(), 1, ToyProgram.COUNT, 0, 0);
    assertThat(ADJUDICATOR.explain(c.state(), c.proof()).orElseThrow().operation())
        .isEqualTo("iadd(5, 1) = 6, claimed 6");
  }
}
