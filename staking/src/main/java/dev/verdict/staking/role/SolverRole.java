package dev.verdict.staking.role;

import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.bisection.trace.Checkpoints;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.Claim;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.contracts.Job;
import dev.verdict.contracts.JobStatus;
import dev.verdict.contracts.Receipt;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.learning.train.Trail;
import dev.verdict.learning.train.Trainer;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.staking.watch.Role;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts one job, trains it, posts the claim, answers every challenge, and finalizes.
///
/// Restarted at any point it goes on from the chain and its store: a claim that is posted is not posted again, a trail
/// that is there is not trained again.
public final class SolverRole implements Role {
  private static final Logger LOG = LoggerFactory.getLogger(SolverRole.class);

  private final Participant me;
  private final Digest jobId;
  private final TrainingJob job;
  private final Computation computation;
  private final Workplace workplace;
  private final UnaryOperator<Player> strategy;
  private final GamePlay play;
  private final GameBook games = new GameBook();

  private OptionalLong claimId = OptionalLong.empty();
  private Optional<Defence> defence = Optional.empty();
  private boolean done;

  /// Where a solver keeps its work.
  ///
  /// @param store checkpoints, and whatever is served in a dispute
  /// @param journal of the training run
  /// @param announced the location of the store that the claim names, as others reach it
  public record Workplace(FolderStore store, Path journal, String announced) {}

  /// What a claim is defended with.
  private record Defence(SolverPlayer solver, Player player) {}

  /// @param computation what the job is trained with, and its traces made by
  /// @param strategy what to make of the player that answers truly; an honest solver's is the identity
  public SolverRole(Participant me, Digest jobId, TrainingJob job, Computation computation, Workplace workplace,
      UnaryOperator<Player> strategy) {
    this.me = me;
    this.jobId = jobId;
    this.job = job;
    this.computation = computation;
    this.workplace = workplace;
    this.strategy = strategy;
    this.play = new GamePlay(me);
  }

  /// The claim, once it is posted.
  public OptionalLong claimId() {
    return claimId;
  }

  @Override
  public void forget() {
    games.clear();
    claimId = OptionalLong.empty();
    done = false;
  }

  @Override
  public void hear(ChainEvent event) {
    switch (event) {
      case ChainEvent.ClaimPosted posted -> {
        if (posted.jobId().equals(jobId) && posted.solver().equals(me.account())) {
          claimId = OptionalLong.of(posted.claimId());
        }
      }
      case ChainEvent.OfGame game -> games.hear(game);
      case ChainEvent.OfRegistry other -> {
        // The registry's own state says it when it matters.
      }
      case ChainEvent.OfVault other -> {
        // Stakes are read where they are needed.
      }
    }
  }

  @Override
  public boolean act(Block head) {
    if (done) {
      return false;
    }
    if (claimId.isEmpty()) {
      return work();
    }
    boolean sent = false;
    for (GameBook.OpenGame open : games.open()) {
      if (open.state().claimId() == claimId.getAsLong()) {
        sent |= play.play(open, defence().player(), head, this::serve);
      }
    }
    return sent | close(head);
  }

  /// Accepts the job, trains it and posts the claim, as far as that isn't done.
  private boolean work() {
    Job registered = me.registry().job(jobId).orElseThrow(() -> new UnknownJobException(jobId));
    switch (registered.status()) {
      case OPEN -> {
        me.requireFree("accepting the job", registered.solverStakeWei());
        if (!me.sendIfDue("acceptJob", me.registry().acceptJob(jobId, me.account()), () -> is(JobStatus.OPEN))) {
          return true;
        }
      }
      case ACCEPTED -> {
        if (!registered.solver().equals(me.account())) {
          throw new JobTakenException(jobId, registered.solver());
        }
      }
      case CLAIMED -> {
        if (!registered.solver().equals(me.account())) {
          throw new JobTakenException(jobId, registered.solver());
        }
        // One's own claim is on the chain, but not yet deep enough to have been heard.
        return false;
      }
      case DONE, CANCELLED, NONE -> throw new JobTakenException(jobId, registered.solver());
    }
    VectorCommitment claim = train().commitment();
    long last = claim.length() - 1;
    me.sendIfDue("postClaim", me.registry().postClaim(
        jobId, claim.leaf(last), claim.path(0), claim.path(last), workplace.announced()),
        () -> is(JobStatus.ACCEPTED));
    return true;
  }

  private boolean is(JobStatus status) {
    return me.registry().job(jobId).filter(job -> job.status() == status).isPresent();
  }

  /// The trail, from the store where it is whole already.
  private Trail train() {
    Trainer trainer = new Trainer(job, computation, workplace.store(), workplace.journal());
    Trainer.Run run = trainer.train((steps, loss) -> me.observer().trained(steps, job.steps(), loss));
    me.observer().trained(run);
    return run.trail();
  }

  private Defence defence() {
    if (defence.isEmpty()) {
      Trail trail = new Trainer(job, computation, workplace.store(), workplace.journal())
          .train((steps, loss) -> me.observer().trained(steps, job.steps(), loss)).trail();
      TraceProvider trace =
          new TraceProvider(computation, job.steps(), job.checkpointInterval(), new StoredCheckpoints(trail));
      SolverPlayer solver = new SolverPlayer(trace);
      defence = Optional.of(new Defence(solver, strategy.apply(solver)));
    }
    return defence.get();
  }

  /// One's own checkpoints.
  private final class StoredCheckpoints implements Checkpoints {
    private final Trail trail;
    private final Objects objects = new Objects(workplace.store());

    StoredCheckpoints(Trail trail) {
      this.trail = trail;
    }

    @Override
    public List<Digest> leaves() {
      return trail.states();
    }

    /// From the store, or where that has lost it, by training again from the last checkpoint before.
    @Override
    public List<Tensor> states(long index) {
      long from = index;
      Optional<List<Tensor>> stored = stored(from);
      while (stored.isEmpty()) {
        from--;
        stored = stored(from);
      }
      if (from == index) {
        return stored.get();
      }
      List<Tensor> current = stored.get().stream().map(Tensor::copy).toList();
      List<Tensor> next = current.stream().map(Tensor::copy).toList();
      for (long step = job.checkpointStep(from); step < job.checkpointStep(index); step++) {
        computation.step(step, current, next, NodeObserver.NONE);
        List<Tensor> before = current;
        current = next;
        next = before;
      }
      return current;
    }

    private Optional<List<Tensor>> stored(long index) {
      return index == 0
          ? Optional.of(job.initial().states())
          : objects.state(trail.states().get(Math.toIntExact(index)), job.checkpointStep(index), job.program().slots());
    }
  }

  /// Puts what the move commits to where challengers look for it, before they see the move.
  private void serve(GameState state, Move move) {
    GameRules rules = new GameRules(me.game().parameters(), Adjudicator.INSTANCE);
    Outcome outcome = rules.apply(state, move, Party.SOLVER, Instant.ofEpochSecond(state.movedAt()));
    if (outcome instanceof Outcome.Advanced(GameState next)) {
      try {
        defence().solver().serve(next, new StoreService());
      } catch (UncheckedIOException e) {
        // A full disk costs transactions, since what isn't served is demanded; a move not made would cost the stake.
        LOG.warn("{}; what challengers can't read they will demand on chain", e.getMessage());
      }
    }
  }

  /// Into one's own store.
  private final class StoreService implements SolverPlayer.Service {
    @Override
    public boolean hasTensor(Digest tensorRoot) {
      return workplace.store().hasTensor(tensorRoot);
    }

    @Override
    public void put(List<Digest> vector) {
      workplace.store().put(vector);
    }

    @Override
    public void put(Digest tensorRoot, Tensor tensor) {
      workplace.store().putTensor(tensorRoot, tensor);
    }
  }

  private boolean close(Block head) {
    Claim claim = me.registry().claim(claimId.getAsLong()).orElseThrow();
    if (claim.status() == ClaimStatus.PENDING) {
      if (claim.openGames() == 0 && head.timestamp() > claim.windowEnd()) {
        me.sendIfDue("finalize", me.registry().finalizeClaim(claimId.getAsLong()), () -> me.registry()
            .claim(claimId.getAsLong()).filter(c -> c.status() == ClaimStatus.PENDING && c.openGames() == 0).isPresent());
        return true;
      }
      return false;
    }
    done = claim.openGames() == 0;
    return false;
  }

  @Override
  public boolean done() {
    return done;
  }
}
