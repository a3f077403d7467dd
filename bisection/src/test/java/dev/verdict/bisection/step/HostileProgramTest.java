package dev.verdict.bisection.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.Finding;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.testing.ToyProgram;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Programs that no validator lets through, bound by a job all the same: what a proof says of them shows nothing.
class HostileProgramTest {
  private static final RandomPrograms.Sample TOY = ToyProgram.sample(0);
  private static final Instruction LOAD = new Instruction(Opcode.LOAD, 0, 0, 0, 0);

  private static Input of(Source source, DType dtype, long numel) {
    return new Input(source, dtype, numel, 0, new long[] {0}, new long[0]);
  }

  private static Node node(DType dtype, Shape out, Input input, Instruction... body) {
    return new Node("Hostile", dtype, out, Shape.scalar(), 0, List.of(input), List.of(body));
  }

  /// What a proof of element 0 of node 1 shows where `node` is that node. Every tensor there is holds zeros.
  private static Finding finding(Node node) {
    Program toy = TOY.program();
    Program program = new Program(toy.slots(), toy.data(), toy.constants(),
        List.of(toy.nodes().get(ToyProgram.COUNT), node, toy.nodes().get(ToyProgram.COUNT)));
    Tensor zero = Tensor.zeros(DType.I32, Shape.of(1));
    Tensor weights = Tensor.zeros(DType.F32, Shape.of(3, ToyProgram.COLUMNS));
    VectorCommitment trace = VectorCommitment.of(List.of(
        TensorCommitment.root(zero), TensorCommitment.root(Tensor.zeros(node.dtype(), node.out())),
        TensorCommitment.root(zero)));
    VectorCommitment slots = VectorCommitment.of(List.of(
        TensorCommitment.root(weights), TensorCommitment.root(zero), TensorCommitment.root(zero)));
    ProgramCommitment commitment = ProgramCommitment.of(program);
    StepWitness witness = new StepWitness() {
      @Override
      public VectorCommitment trace() {
        return trace;
      }

      @Override
      public VectorCommitment slotsBefore() {
        return slots;
      }

      @Override
      public VectorCommitment slotsAfter() {
        return slots;
      }

      @Override
      public Tensor output(int index) {
        return index == 1 ? Tensor.zeros(node.dtype(), node.out()) : zero;
      }

      @Override
      public Tensor state(int index) {
        return index == 0 ? weights : zero;
      }

      @Override
      public Tensor data(int index) {
        return TOY.inputs().data().get(index);
      }

      @Override
      public Tensor constant(int index) {
        return TOY.inputs().constants().get(index);
      }

      @Override
      public Tensor fold() {
        throw new AssertionError("nothing folds");
      }
    };
    Dispute dispute = new Dispute(TOY, 1, 1, Dispute.honest(TOY));
    GameState state = ((Outcome.Advanced) Dispute.RULES.open(
        1, dispute.claim, Dispute.CHALLENGER, 1, Digest.ZERO, Dispute.START)).state().toBuilder()
        .phase(Phase.OPEN_NODE).programRoot(commitment.programRoot()).traceRoot(trace.root())
        .slotsBefore(slots.root()).slotsAfter(slots.root()).nodeCount(3).slotCount(3).target(1).build();
    Bytes proof = StepProof.ofElement(commitment, witness, 0, 1, 0, 0);
    return Adjudicator.INSTANCE.adjudicate(state, proof);
  }

  private static void showsNothing(Finding finding, String because) {
    assertThat(finding).isInstanceOf(Finding.Nothing.class);
    assertThat(((Finding.Nothing) finding).why().toString()).contains(because);
  }

  /// The twin: what is checked below is all that is wrong with the others.
  @Test
  void adjudicate_validNode_isEqual() {
    assertThat(finding(node(DType.I32, Shape.of(1), of(new Source.NodeOutput(0), DType.I32, 1), LOAD)))
        .isInstanceOf(Finding.Equal.class);
    assertThat(finding(node(DType.F32, Shape.of(2), of(new Source.State(0), DType.F32, 2100), LOAD)))
        .isInstanceOf(Finding.Equal.class);
  }

  @Test
  void adjudicate_nodeThatReadsItselfOrALaterOne_showsNothing() {
    for (int source : new int[] {1, 2}) {
      showsNothing(finding(node(DType.I32, Shape.of(1), of(new Source.NodeOutput(source), DType.I32, 1), LOAD)),
          "reads node " + source);
    }
  }

  @Test
  void adjudicate_operandOfAnotherTypeThanDeclared_showsNothing() {
    showsNothing(finding(node(DType.F32, Shape.of(1), of(new Source.State(0), DType.I32, 2100), LOAD)), "declares");
    showsNothing(finding(node(DType.F32, Shape.of(1), of(new Source.State(0), DType.F32, 2099), LOAD)), "declares");
    showsNothing(finding(node(DType.F32, Shape.of(1), of(new Source.State(0), DType.F32, 2101), LOAD)), "declares");
  }

  @Test
  void adjudicate_limitsExceeded_showsNothing() {
    Input zero = of(new Source.NodeOutput(0), DType.I32, 1);
    Instruction[] longBody = new Instruction[65];
    Arrays.fill(longBody, LOAD);
    showsNothing(finding(node(DType.I32, Shape.of(1), zero, longBody)), "body length");
    Input ranked = new Input(new Source.NodeOutput(0), DType.I32, 1, 0, new long[9], new long[0]);
    showsNothing(finding(node(DType.I32, Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1), ranked, LOAD)), "rank");
    showsNothing(finding(new Node("Hostile", DType.I32, Shape.of(1), Shape.scalar(), 0,
        Collections.nCopies(17, zero), List.of(LOAD))), "inputs");
    showsNothing(finding(new Node("x".repeat(33), DType.I32, Shape.of(1), Shape.scalar(), 0, List.of(zero),
        List.of(LOAD))), "label");
  }
}
