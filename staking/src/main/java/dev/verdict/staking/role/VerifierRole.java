package dev.verdict.staking.role;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.play.ChallengerPlayer;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.trace.Checkpoints;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.Claim;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.contracts.Job;
import dev.verdict.contracts.TransactionFailedException;
import dev.verdict.contracts.NodeUnreachableException;
import dev.verdict.contracts.NodeErrorException;
import dev.verdict.learning.audit.AuditPlan;
import dev.verdict.learning.audit.Auditor;
import dev.verdict.learning.checkpoint.ObjectSource;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.checkpoint.SourceUnreachableException;
import dev.verdict.learning.job.JobTooLargeException;
import dev.verdict.learning.job.MissingObjectException;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.ir.InvalidProgramException;
import dev.verdict.staking.watch.Role;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Audits every claim that is posted, challenges what is wrong, and plays to the end.
///
/// Restarted at any point it hears everything again, audits again what is still pending, and doesn't challenge twice:
/// its own open games are on the chain.
public final class VerifierRole implements Role {
  private static final Logger LOG = LoggerFactory.getLogger(VerifierRole.class);
  /// More than anybody replays; a job of 2^32 steps may have as many.
  private static final long MOST_INTERVALS = 1 << 20;

  private final Participant me;
  private final Executor executor;
  private final Quota quota;
  private final Path cache;
  private final long memoryLimitBytes;
  private final GamePlay play;
  private final GameBook games = new GameBook();
  private final Map<Digest, String> jobLocations = new HashMap<>();
  private final Map<Long, ChainEvent.ClaimPosted> claims = new TreeMap<>();
  private final Set<Long> pending = new TreeSet<>();
  private final Set<Long> challenged = new HashSet<>();
  private final Map<Subject, Finding> findings = new HashMap<>();

  /// How many intervals of a claim to replay.
  public sealed interface Quota {
    /// Every one.
    record All() implements Quota {}

    /// So many, drawn from a public seed (SPEC §5.2); all where there are fewer.
    record Drawn(int intervals) implements Quota {}
  }

  /// What was audited. After a reorganisation a claim's number can come to mean another claim; this can't.
  private record Subject(Digest jobId, Digest checkpoints) {
    static Subject of(ChainEvent.ClaimPosted claim) {
      return new Subject(claim.jobId(), claim.checkpoints());
    }
  }

  /// What an audit came to: its result, and the player for a game about it.
  private record Finding(Auditor.Result result, Optional<Player> player) {}

  /// @param cache where objects that are fetched are kept
  /// @param memoryLimitBytes jobs that need more aren't audited
  public VerifierRole(Participant me, Executor executor, Quota quota, Path cache, long memoryLimitBytes) {
    this.me = me;
    this.executor = executor;
    this.quota = quota;
    this.cache = cache;
    this.memoryLimitBytes = memoryLimitBytes;
    this.play = new GamePlay(me);
  }

  @Override
  public void forget() {
    games.clear();
    claims.clear();
    pending.clear();
    challenged.clear();
    jobLocations.clear();
  }

  @Override
  public void hear(ChainEvent event) {
    switch (event) {
      case ChainEvent.JobSubmitted job -> jobLocations.put(job.jobId(), job.location());
      case ChainEvent.ClaimPosted claim -> {
        if (!claim.solver().equals(me.account())) {
          claims.put(claim.claimId(), claim);
          pending.add(claim.claimId());
        }
      }
      case ChainEvent.ClaimRefuted claim -> pending.remove(claim.claimId());
      case ChainEvent.ClaimConfirmed claim -> pending.remove(claim.claimId());
      case ChainEvent.Challenged game -> {
        if (game.challenger().equals(me.account())) {
          challenged.add(game.claimId());
        }
      }
      case ChainEvent.OfGame game -> {
        // Below, with all of the game's events.
      }
      case ChainEvent.OfRegistry other -> {
        // The registry's own state says it when it matters.
      }
      case ChainEvent.OfVault other -> {
        // Stakes are read where they are needed.
      }
    }
    if (event instanceof ChainEvent.OfGame game) {
      games.hear(game);
    }
  }

  @Override
  public boolean act(Block head) {
    boolean sent = false;
    for (GameBook.OpenGame open : games.open()) {
      if (isMine(open)) {
        sent |= apart(open.state().claimId(), () -> {
          Optional<Player> player = audited(open.state().claimId(), head).flatMap(Finding::player);
          return player.isPresent() && play.play(open, player.get(), head, (state, move) -> {});
        });
      }
    }
    for (long claimId : List.copyOf(pending)) {
      if (!challenged.contains(claimId)) {
        sent |= apart(claimId,
            () -> audited(claimId, head).map(finding -> challenge(claimId, finding, head)).orElse(false));
      }
    }
    return sent;
  }

  /// INVARIANT: whatever one claim's submitter and solver have made up, the others are watched all the same. What is the
  /// node's fault is for the caller.
  private boolean apart(long claimId, BooleanSupplier action) {
    try {
      return action.getAsBoolean();
    } catch (NodeUnreachableException | NodeErrorException | TransactionFailedException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      LOG.warn("claim {}: {}", claimId, e.toString());
      me.observer().postponed(claimId, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private boolean challenge(long claimId, Finding finding, Block head) {
    Claim claim = me.registry().claim(claimId).orElseThrow();
    // INVARIANT: one game a claim: the chain is asked, since a game of one's own may not have been heard of yet, and one
    // that was sent may have been taken back.
    if (finding.player().isEmpty() || claim.status() != ClaimStatus.PENDING || head.timestamp() > claim.windowEnd()
        || isUnderWay(claimId)) {
      return false;
    }
    Job job = me.registry().job(claim.jobId()).orElseThrow();
    try {
      me.requireFree("the challenge", job.challengerBondWei());
    } catch (InsufficientStakeException e) {
      // Anybody may ask for any bond; that must not end the watch over the others.
      me.observer().postponed(claimId, e.getMessage());
      return false;
    }
    return me.sendIfDue("challenge", switch (finding.result()) {
      case Auditor.Result.Wrong wrong -> me.game().challenge(claimId, me.account(), wrong.interval());
      case Auditor.Result.Undisclosed undisclosed -> me.game().challenge(claimId, me.account());
      case Auditor.Result.Sound sound -> throw new AssertionError("a sound claim has no player against it");
    }, () -> isOpen(claimId));
  }

  private boolean isMine(GameBook.OpenGame open) {
    return open.state().challenger().equals(me.account());
  }

  private boolean isOpen(long claimId) {
    return me.registry().claim(claimId).filter(claim -> claim.status() == ClaimStatus.PENDING
        && me.chain().latestBlock().timestamp() <= claim.windowEnd()).isPresent();
  }

  /// Whether a challenge of one's own is on the chain, however new, or may be on its way there.
  private boolean isUnderWay(long claimId) {
    Account key = me.transactions().account();
    long posted = claims.get(claimId).position().blockNumber();
    return me.chain().pendingNonce(key) > me.chain().minedNonce(key)
        || me.events().between(me.chain(), posted, me.chain().blockNumber()).stream()
            .anyMatch(event -> event instanceof ChainEvent.Challenged game && game.claimId() == claimId
                && game.challenger().equals(me.account()));
  }

  /// What was found about a claim, now or before; empty where it can't be looked at yet.
  private Optional<Finding> audited(long claimId, Block head) {
    ChainEvent.ClaimPosted claim = claims.get(claimId);
    if (claim == null) {
      return Optional.empty();
    }
    Finding known = findings.get(Subject.of(claim));
    if (known != null) {
      return Optional.of(known);
    }
    try {
      Optional<AuditPlan> plan = plan(claim, head);
      plan.ifPresent(p -> findings.put(Subject.of(claim), audit(claim, p)));
      return Optional.ofNullable(findings.get(Subject.of(claim)));
    } catch (MissingObjectException | SourceUnreachableException | InvalidProgramException
        | JobTooLargeException | IllegalArgumentException e) {
      // What a submitter names may be unreadable, or no place, program or tensor at all: nobody can audit that, and it
      // must not keep anybody from the rest.
      me.observer().postponed(claimId, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<AuditPlan> plan(ChainEvent.ClaimPosted claim, Block head) {
    Job job = me.registry().job(claim.jobId()).orElseThrow();
    long intervals = Math.ceilDiv(job.steps(), job.checkpointInterval());
    return switch (quota) {
      case Quota.All all -> {
        if (intervals > MOST_INTERVALS) {
          throw new IllegalArgumentException("the job has " + intervals + " intervals, of which at most "
              + MOST_INTERVALS + " are replayed; draw some of them with --intervals");
        }
        yield Optional.of(AuditPlan.all(intervals));
      }
      case Quota.Drawn(int count) -> {
        // The block after the claim's: the solver couldn't know it.
        long seedBlock = claim.position().blockNumber() + 1;
        yield head.number() < seedBlock
            ? Optional.empty()
            : me.chain().block(seedBlock).map(block -> AuditPlan.draw(
                AuditPlan.seed(block.hash(), claim.claimId(), me.account().bytes()), intervals,
                (int) Math.min(count, intervals)));
      }
    };
  }

  private Finding audit(ChainEvent.ClaimPosted claim, AuditPlan plan) {
    Job registered = me.registry().job(claim.jobId()).orElseThrow();
    String location = jobLocations.getOrDefault(claim.jobId(), "");
    TrainingJob job = TrainingJob.load(new Objects(ObjectSource.at(location, cache)), registered.programRoot(),
        registered.initialState(), registered.steps(), registered.checkpointInterval(), memoryLimitBytes);
    Computation honest =
        new HonestComputation(executor, job.program(), job.initial().data(), job.initial().constants());
    Objects served = new Objects(new ClaimedSource(claim.location(), cache));
    Auditor.Result result = new Auditor(job, honest).audit(claim.checkpoints(), served, plan,
        steps -> me.observer().replayed(claim.claimId(), steps));
    me.observer().audited(claim.claimId(), result);
    return new Finding(result, player(job, honest, served, result));
  }

  private static Optional<Player> player(
      TrainingJob job, Computation honest, Objects served, Auditor.Result result) {
    return switch (result) {
      case Auditor.Result.Sound sound -> Optional.empty();
      case Auditor.Result.Wrong(long interval, Checkpoints claimed) -> Optional.of(challenger(job, honest, served,
          claimed, Optional.of(new ChallengerPlayer.Suspicion(interval, Digest.ZERO))));
      case Auditor.Result.Undisclosed(Checkpoints truth) ->
        Optional.of(challenger(job, honest, served, truth, Optional.empty()));
    };
  }

  private static Player challenger(TrainingJob job, Computation honest, Objects served, Checkpoints checkpoints,
      Optional<ChallengerPlayer.Suspicion> suspicion) {
    TraceProvider own = new TraceProvider(honest, job.steps(), job.checkpointInterval(), checkpoints);
    ServedObjects objects = new ClaimedObjects(job, served);
    return new ChallengerPlayer(own, state -> objects, suspicion);
  }

  /// Whether any claim was found to be wrong.
  public boolean foundFault() {
    return findings.values().stream().anyMatch(f -> !(f.result() instanceof Auditor.Result.Sound));
  }

  /// The account that this role plays for.
  public Account account() {
    return me.account();
  }

  /// Done when every claim heard of is decided, and no game of this role's is open.
  @Override
  public boolean done() {
    return pending.isEmpty()
        && games.open().stream().noneMatch(this::isMine);
  }
}
