package dev.verdict.bisection.play;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Owed;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.ProofWriter;
import dev.verdict.bisection.step.FoldProof;
import dev.verdict.bisection.step.StepProof;
import dev.verdict.bisection.step.TraceProof;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.trace.StepTrace;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.ProgramCommitment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// Answers every move of a challenger from the run that its claim is about, whether that run was honest or not.
public final class SolverPlayer implements Player {
  private final TraceProvider trace;
  /// The tensor of the trace opened last, below which a descent goes on.
  private Optional<TensorCommitment> opened = Optional.empty();

  public SolverPlayer(TraceProvider trace) {
    this.trace = Objects.requireNonNull(trace);
  }

  @Override
  public Optional<Move> move(GameState state, List<Bytes> revealed, Instant now) {
    if (state.phase().toMove() == Party.CHALLENGER) {
      return Timeouts.claim(state, now);
    }
    if (!state.runningClock().admitsMoveAt(now.getEpochSecond())) {
      return Optional.empty();
    }
    return switch (state.phase()) {
      case COMMIT_STEPS -> Optional.of(new Move.CommitSteps(trace.innerSteps(state.interval()).tree().root()));
      case COMMIT_TRACE -> Optional.of(commitTrace(state));
      case OPEN_NODE -> Optional.of(openNode(state));
      case PROVE_SLOT -> Optional.of(new Move.Prove(
          StepProof.ofSlot(trace.program(), trace.slotWitness(state.step()), (int) state.target())));
      case PROVE_POSITION -> Optional.of(proveElement(state, state.position()));
      case REVEAL -> reveal(state).map(Move.Reveal::new);
      case SELECT_INTERVAL, SELECT_STEP, SELECT_NODE, SELECT_POSITION ->
        throw new AssertionError("the challenger moves in " + state.phase());
    };
  }

  private Move commitTrace(GameState state) {
    StepTrace step = trace.step(state.step());
    return new Move.CommitTrace(TraceProof.build(
        trace.program(), step.trace().tree().root(), step.slotsBefore().tree().root(), step.slotsAfter().tree().root(),
        statePath(state, state.step()), statePath(state, state.step() + 1)));
  }

  /// The path of S_step in the vector that has it.
  private List<Digest> statePath(GameState state, long step) {
    if (step == state.intervalStart()) {
      return trace.checkpoints().path(state.interval() - 1);
    }
    return step == state.intervalEnd()
        ? trace.checkpoints().path(state.interval())
        : trace.innerSteps(state.interval()).path(step - state.intervalStart() - 1);
  }

  private Move openNode(GameState state) {
    ProgramCommitment program = trace.program();
    int index = (int) state.target();
    Node node = program.program().nodes().get(index);
    if (Long.compareUnsigned(state.element(), node.out().numel()) >= 0) {
      return new Move.Prove(StepProof.ofNode(program, index));
    }
    if (node.foldLength() == 1) {
      return proveElement(state, 0);
    }
    return new Move.CommitFold(FoldProof.build(program, index, fold(state).tree().root()));
  }

  private TensorCommitment fold(GameState state) {
    return TensorCommitment.of(trace.accumulators(state.step(), (int) state.target(), state.element()));
  }

  private Move proveElement(GameState state, long position) {
    int node = (int) state.target();
    return new Move.Prove(StepProof.ofElement(
        trace.program(), trace.elementWitness(state.step(), node, state.element()), state.step(), node,
        state.element(), position));
  }

  // ------------------------------------------------------------------ forced reveal

  /// What is owed; empty where this run has no preimage of it.
  private Optional<Bytes> reveal(GameState state) {
    Digest hash = state.demandHash();
    long count = state.demandCount();
    return switch (Owed.of(state)) {
      case VECTOR -> Optional.of(descendants(vector(state).tree(), 0, count));
      case FOLD -> Optional.of(descendants(fold(state).tree(), 0, count));
      case TENSOR -> openTensor(state);
      case SUBTREE -> switch (state.demandKind()) {
        case VECTOR, TRACE -> below(vector(state).tree(), hash, count);
        default -> tensorWith(state, hash, count).flatMap(t -> below(t.tree(), hash, count));
      };
      case CHUNK -> tensorWith(state, hash, 1).flatMap(t -> {
        OptionalLong leaf = find(t.tree(), hash, 1);
        return leaf.isPresent() ? Optional.of(Bytes.of(t.chunk(leaf.getAsLong()))) : Optional.empty();
      });
    };
  }

  /// The vector that the descent is in.
  private VectorCommitment vector(GameState state) {
    return switch (state.demandingPhase()) {
      case SELECT_INTERVAL -> trace.checkpoints();
      case SELECT_STEP -> trace.innerSteps(state.interval());
      default -> switch (state.demandKind()) {
        case TRACE -> trace.step(state.step()).trace();
        default -> trace.step(state.step()).slotsAfter();
      };
    };
  }

  private Optional<Bytes> openTensor(GameState state) {
    List<Digest> roots = trace.step(state.step()).trace().tree().leaves();
    int node = roots.indexOf(state.demandHash());
    if (node < 0) {
      return Optional.empty();
    }
    TensorCommitment tensor = TensorCommitment.of(trace.output(state.step(), node).copy());
    opened = Optional.of(tensor);
    return Optional.of(new ProofWriter()
        .u8(tensor.tensor().dtype().code())
        .u64(tensor.tensor().numel())
        .path(tensor.tree().descendants(0, tensor.chunkCount()))
        .toBytes());
  }

  /// The tensor whose tree has this subtree: the fold, or an output of the step. After a restart the output is found
  /// again by its content; two of the same content answer alike.
  private Optional<TensorCommitment> tensorWith(GameState state, Digest hash, long count) {
    if (state.demandingPhase() == Phase.SELECT_POSITION) {
      return Optional.of(fold(state));
    }
    if (opened.filter(t -> find(t.tree(), hash, count).isPresent()).isEmpty()) {
      opened = trace.findOutput(state.step(), t -> find(t.tree(), hash, count).isPresent());
    }
    return opened;
  }

  private static Optional<Bytes> below(MerkleTree tree, Digest hash, long count) {
    OptionalLong from = find(tree, hash, count);
    return from.isPresent() ? Optional.of(descendants(tree, from.getAsLong(), count)) : Optional.empty();
  }

  private static Bytes descendants(MerkleTree tree, long from, long count) {
    return new ProofWriter().path(tree.descendants(from, count)).toBytes();
  }

  /// Where the subtree over `count` leaves with this hash begins.
  private static OptionalLong find(MerkleTree tree, Digest hash, long count) {
    long stride = count == 1 ? 1 : Long.highestOneBit(count - 1) << 1;
    for (long from = 0; from + count <= tree.length(); from += stride) {
      boolean whole = count == stride || from + count == tree.length();
      if (whole && tree.subtree(from, count).equals(hash)) {
        return OptionalLong.of(from);
      }
    }
    return OptionalLong.empty();
  }

  // ------------------------------------------------------------------ service

  /// Where a solver puts what challengers may want to see.
  public interface Service {
    /// Whether the tensor with this root is there already.
    boolean hasTensor(Digest tensorRoot);

    void put(List<Digest> vector);

    /// @param tensor valid until this returns
    void put(Digest tensorRoot, Tensor tensor);
  }

  /// Puts all that a challenger may want to see in this phase where challengers look for it: the vectors, each node's
  /// output once the trace is committed, and the fold's accumulators. Executes the step once at most, however many
  /// outputs it has.
  public void serve(GameState state, Service service) {
    vectors(state).forEach(v -> service.put(v.tree().leaves()));
    if (!state.traceRoot().equals(Digest.ZERO)) {
      List<Digest> roots = trace.step(state.step()).trace().tree().leaves();
      if (!roots.stream().allMatch(service::hasTensor)) {
        trace.forEachOutput(state.step(), (node, output) -> {
          if (!service.hasTensor(roots.get(node))) {
            service.put(roots.get(node), output);
          }
        });
      }
    }
    if (!state.foldRoot().equals(Digest.ZERO)) {
      service.put(state.foldRoot(), trace.accumulators(state.step(), (int) state.target(), state.element()));
    }
  }

  private List<VectorCommitment> vectors(GameState state) {
    List<VectorCommitment> served = new ArrayList<>();
    served.add(trace.checkpoints());
    if (state.interval() != 0) {
      served.add(trace.innerSteps(state.interval()));
    }
    if (!state.traceRoot().equals(Digest.ZERO)) {
      StepTrace step = trace.step(state.step());
      served.add(step.trace());
      served.add(step.slotsBefore());
      served.add(step.slotsAfter());
    }
    return served;
  }

  /// What this solver serves while the game is at `state`, recomputed when it is asked for.
  public ServedObjects serves(GameState state) {
    return new ServedObjects() {
      @Override
      public Optional<List<Digest>> vector(Digest vectorRoot) {
        return vectors(state).stream()
            .filter(v -> v.root().equals(vectorRoot))
            .findFirst()
            .map(v -> v.tree().leaves());
      }

      @Override
      public Optional<Tensor> tensor(Digest tensorRoot) {
        if (state.traceRoot().equals(Digest.ZERO)) {
          return Optional.empty();
        }
        if (tensorRoot.equals(state.foldRoot())) {
          return Optional.of(trace.accumulators(state.step(), (int) state.target(), state.element()));
        }
        int node = trace.step(state.step()).trace().tree().leaves().indexOf(tensorRoot);
        return node < 0 ? Optional.empty() : Optional.of(trace.output(state.step(), node).copy());
      }
    };
  }
}
