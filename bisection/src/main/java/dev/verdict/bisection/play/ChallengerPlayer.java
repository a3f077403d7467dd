package dev.verdict.bisection.play;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.Finding;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.bisection.step.StepProof;
import dev.verdict.bisection.step.StepWitness;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.trace.StepTrace;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.bisection.trace.Verified;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.Node;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// Points at the first difference between the solver's commitment and its own run, level by level (SPEC §6.1); asks for
/// what isn't served (§6.2); proves the difference itself where it can, and else waits for the solver's clock.
///
/// With a claim that is true there is no difference, and from there on it waits: it never points at honest work.
public final class ChallengerPlayer implements Player {
  /// Where the difference is known to lie.
  ///
  /// @param interval from 1: the leaf of C before it is true, its own is not
  /// @param salt with which the challenge hid it; zero where it didn't
  public record Suspicion(long interval, Digest salt) {}

  private final TraceProvider own;
  private final Function<GameState, ServedObjects> served;
  private final Optional<Suspicion> suspicion;

  /// @param own an honest run from the solver's checkpoint at the beginning of the interval; where there is no
  ///     `suspicion` it has C's leaves too
  /// @param served what the solver serves at a state; checked here
  /// @param suspicion empty where the challenger has yet to look into C
  public ChallengerPlayer(
      TraceProvider own, Function<GameState, ServedObjects> served, Optional<Suspicion> suspicion) {
    this.own = Objects.requireNonNull(own);
    this.served = Objects.requireNonNull(served);
    this.suspicion = suspicion;
  }

  @Override
  public Optional<Move> move(GameState state, List<Bytes> revealed, Instant now) {
    boolean inTime = state.runningClock().admitsMoveAt(now.getEpochSecond());
    if (state.phase().toMove() == Party.SOLVER) {
      return inTime ? ownProof(state) : Timeouts.claim(state, now);
    }
    if (!inTime) {
      return Optional.empty();
    }
    return switch (state.phase()) {
      case SELECT_INTERVAL -> selectInterval(state, revealed);
      case SELECT_STEP -> selectStep(state, revealed);
      case SELECT_NODE -> selectNode(state, revealed);
      case SELECT_POSITION -> selectPosition(state, revealed);
      case COMMIT_STEPS, COMMIT_TRACE, OPEN_NODE, PROVE_SLOT, REVEAL, PROVE_POSITION ->
        throw new AssertionError("the solver moves in " + state.phase());
    };
  }

  private ServedObjects served(GameState state) {
    return new Verified(served.apply(state));
  }

  private Optional<Move> selectInterval(GameState state, List<Bytes> revealed) {
    if (suspicion.isPresent()) {
      return Optional.of(new Move.SelectInterval(suspicion.get().interval(), suspicion.get().salt()));
    }
    // S_0 is the job's: the first leaf that differs isn't leaf 0, so it is the end of an interval.
    return differingLeaf(state, own.checkpoints(), state.checkpoints(), 0, revealed)
        .map(step -> chosen(step, leaf -> new Move.SelectInterval(leaf, Digest.ZERO)));
  }

  private Optional<Move> selectStep(GameState state, List<Bytes> revealed) {
    VectorCommitment inner = own.innerSteps(state.interval());
    if (inner.root().equals(state.stepsRoot())) {
      // All inner states are true, and S_b is not.
      return Optional.of(new Move.SelectStep(state.intervalEnd() - 1));
    }
    return differingLeaf(state, inner, state.stepsRoot(), 0, revealed)
        .map(step -> chosen(step, leaf -> new Move.SelectStep(state.intervalStart() + leaf)));
  }

  private Optional<Move> selectNode(GameState state, List<Bytes> revealed) {
    StepTrace step = own.step(state.step());
    if (step.trace().root().equals(state.traceRoot())) {
      // R_t is true, and S_{t+1} is not: some slot isn't its node's.
      return differingLeaf(state, step.slotsAfter(), state.slotsAfter(), 1, revealed)
          .map(s -> chosen(s, Move.SelectSlot::new));
    }
    if (revealed.isEmpty()) {
      Optional<Move> selection = served(state).vector(state.traceRoot())
          .flatMap(theirs -> servedElement(state, step.trace(), theirs));
      if (selection.isPresent()) {
        return selection;
      }
    }
    Descent.Step found = Descent.inTrace(
        step.trace().tree(), node -> TensorCommitment.of(own.output(state.step(), (int) node)), revealed);
    return switch (found) {
      case Descent.Step.Ask(Move.Demand demand) -> Optional.of(demand);
      case Descent.Step.Element(long node, long element) -> Optional.of(new Move.SelectElement(node, element));
      case Descent.Step.Leaf l -> Optional.empty();
      case Descent.Step.Same s -> Optional.empty();
    };
  }

  private Optional<Move> servedElement(GameState state, VectorCommitment ours, List<Digest> theirs) {
    int node = firstDifference(ours, theirs);
    if (node < 0 || node >= theirs.size()) {
      return Optional.empty();
    }
    return served(state).tensor(theirs.get(node)).map(tensor ->
        new Move.SelectElement(node, firstDifference(own.output(state.step(), node), tensor)));
  }

  private Optional<Move> selectPosition(GameState state, List<Bytes> revealed) {
    Tensor ours = own.accumulators(state.step(), (int) state.target(), state.element());
    TensorCommitment commitment = TensorCommitment.of(ours);
    if (commitment.root().equals(state.foldRoot())) {
      // All inner accumulators are true, and the output element is not.
      return Optional.of(new Move.SelectPosition(state.foldLength() - 1));
    }
    if (revealed.isEmpty()) {
      Optional<Tensor> theirs = served(state).tensor(state.foldRoot());
      if (theirs.isPresent()) {
        return Optional.of(new Move.SelectPosition(firstDifference(ours, theirs.get())));
      }
    }
    return switch (Descent.inFold(commitment, revealed)) {
      case Descent.Step.Ask(Move.Demand demand) -> Optional.of(demand);
      case Descent.Step.Element(long leaf, long element) -> Optional.of(new Move.SelectPosition(element));
      case Descent.Step.Leaf l -> Optional.empty();
      case Descent.Step.Same s -> Optional.empty();
    };
  }

  /// The first leaf of the solver's vector that differs from one's own, or what to ask for on the way there. Empty where
  /// the vectors are the same.
  private Optional<Descent.Step> differingLeaf(
      GameState state, VectorCommitment ours, Digest theirRoot, int target, List<Bytes> revealed) {
    if (ours.root().equals(theirRoot)) {
      return Optional.empty();
    }
    if (revealed.isEmpty()) {
      Optional<List<Digest>> theirs = served(state).vector(theirRoot);
      if (theirs.isPresent() && theirs.get().size() == ours.length()) {
        return Optional.of(new Descent.Step.Leaf(firstDifference(ours, theirs.get())));
      }
    }
    Descent.Step step = Descent.inVector(ours.tree(), target, revealed);
    return step instanceof Descent.Step.Same ? Optional.empty() : Optional.of(step);
  }

  private static Move chosen(Descent.Step step, Function<Long, Move> selection) {
    return switch (step) {
      case Descent.Step.Ask(Move.Demand demand) -> demand;
      case Descent.Step.Leaf(long index) -> selection.apply(index);
      case Descent.Step.Element e -> throw new AssertionError("a vector's leaves have no elements");
      case Descent.Step.Same s -> throw new AssertionError("nothing differs");
    };
  }

  private static int firstDifference(VectorCommitment ours, List<Digest> theirs) {
    for (int i = 0; i < theirs.size(); i++) {
      if (i >= ours.length() || !ours.leaf(i).equals(theirs.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /// The first element that differs, in bits; 0 where the tensors are of different types, since then every element is
  /// wrong.
  private static long firstDifference(Tensor ours, Tensor theirs) {
    if (ours.dtype() != theirs.dtype() || ours.numel() != theirs.numel()) {
      return 0;
    }
    return Math.max(ours.segment().mismatch(theirs.segment()), 0) / ours.dtype().widthBytes();
  }

  // ------------------------------------------------------------------ proving it oneself

  /// The step proof, where what has been served suffices to build it and it shows a difference.
  private Optional<Move> ownProof(GameState state) {
    Optional<Bytes> proof = switch (state.phase()) {
      case PROVE_SLOT -> witness(state, false)
          .map(w -> StepProof.ofSlot(own.program(), w, (int) state.target()));
      case OPEN_NODE -> node(state).foldLength() > 1 || !hasElement(state)
          ? Optional.empty()
          : elementProof(state, 0);
      case PROVE_POSITION -> elementProof(state, state.position());
      case COMMIT_STEPS, COMMIT_TRACE, REVEAL, SELECT_INTERVAL, SELECT_STEP, SELECT_NODE, SELECT_POSITION ->
        Optional.empty();
    };
    return proof
        .filter(bytes -> Adjudicator.INSTANCE.adjudicate(state, bytes) instanceof Finding.Different)
        .map(Move.Prove::new);
  }

  private Optional<Bytes> elementProof(GameState state, long position) {
    return witness(state, true).map(w -> StepProof.ofElement(
        own.program(), w, state.step(), (int) state.target(), state.element(), position));
  }

  private Node node(GameState state) {
    return own.program().program().nodes().get((int) state.target());
  }

  private boolean hasElement(GameState state) {
    return Long.compareUnsigned(state.element(), node(state).out().numel()) < 0;
  }

  /// The solver's commitments with the tensors below them: one's own where they are the same, and else as served.
  private Optional<StepWitness> witness(GameState state, boolean ofElement) {
    ServedObjects objects = served(state);
    int target = (int) state.target();
    StepTrace ours = own.step(state.step());
    Optional<VectorCommitment> trace = theirs(objects, ours.trace(), state.traceRoot());
    Optional<VectorCommitment> slotsAfter = theirs(objects, ours.slotsAfter(), state.slotsAfter());
    boolean sameBefore = ours.slotsBefore().root().equals(state.slotsBefore());
    if (trace.isEmpty() || !sameBefore || (!ofElement && slotsAfter.isEmpty())) {
      return Optional.empty();
    }
    if (!ofElement) {
      return Optional.of(new TheirWitness(
          own.slotWitness(state.step()), trace.get(), slotsAfter.get(), target, Optional.empty(), Optional.empty()));
    }
    StepWitness mine = own.elementWitness(state.step(), target, state.element());
    boolean folds = node(state).foldLength() > 1;
    Optional<Tensor> output = theirs(objects, mine.output(target), trace.get().leaf(target));
    Optional<Tensor> fold = folds ? theirs(objects, mine.fold(), state.foldRoot()) : Optional.empty();
    if (output.isEmpty() || (folds && fold.isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(new TheirWitness(mine, trace.get(), ours.slotsAfter(), target, output, fold));
  }

  private static Optional<VectorCommitment> theirs(ServedObjects objects, VectorCommitment ours, Digest root) {
    return ours.root().equals(root) ? Optional.of(ours) : objects.vector(root).map(VectorCommitment::of);
  }

  private static Optional<Tensor> theirs(ServedObjects objects, Tensor ours, Digest root) {
    return TensorCommitment.root(ours).equals(root) ? Optional.of(ours) : objects.tensor(root);
  }

  private record TheirWitness(
      StepWitness mine, VectorCommitment trace, VectorCommitment slotsAfter, int target, Optional<Tensor> theirOutput,
      Optional<Tensor> theirFold) implements StepWitness {
    @Override
    public VectorCommitment slotsBefore() {
      return mine.slotsBefore();
    }

    @Override
    public Tensor output(int index) {
      return index == target ? theirOutput.orElseThrow() : mine.output(index);
    }

    @Override
    public Tensor state(int index) {
      return mine.state(index);
    }

    @Override
    public Tensor data(int index) {
      return mine.data(index);
    }

    @Override
    public Tensor constant(int index) {
      return mine.constant(index);
    }

    @Override
    public Tensor fold() {
      return theirFold.orElseThrow();
    }
  }
}
