package dev.verdict.bisection.game;

import dev.verdict.repops.DType;
import dev.verdict.repops.commit.Digest;
import java.nio.ByteBuffer;
import java.util.Objects;

/// The whole of a game (SPEC §6.3), of which the chain stores keccak256 of [#encode()]. Fields that a phase has not
/// reached are zero. u64 fields are unsigned longs.
///
/// @param programRoot of the job
/// @param checkpoints C, of the claim
/// @param steps T, 1 to 2^32
/// @param checkpointInterval c, 1 or more
/// @param phase whose move it is, and which
/// @param movedAt seconds, of the last move
/// @param solverClock seconds left at movedAt
/// @param challengerClock seconds left at movedAt
/// @param opening commitment to the interval (SPEC §6.5), zero where there is none
/// @param interval i, from 1
/// @param step t
/// @param stepsRoot level 1: vector root of the inner states; zero where the level is skipped
/// @param traceRoot level 2: R_t
/// @param slotsBefore vector root of S_t's slots
/// @param slotsAfter vector root of S_{t+1}'s slots
/// @param target node j, or slot
/// @param element e, unsigned
/// @param foldRoot level 3: tensor root of the inner accumulators
/// @param foldLength K
/// @param foldDType the code of node j's dtype
/// @param position k
/// @param demandKind what a demand may name next, or a reveal owes (SPEC §6.2)
/// @param solverGas gas of the solver's moves so far; no rule reads it
/// @param challengerGas as solverGas
public record GameState(
    long gameId,
    long claimId,
    Account solver,
    Account challenger,
    Digest programRoot,
    Digest checkpoints,
    long steps,
    long checkpointInterval,
    Phase phase,
    long movedAt,
    long solverClock,
    long challengerClock,
    Digest opening,
    long interval,
    long step,
    Digest stepsRoot,
    Digest traceRoot,
    Digest slotsBefore,
    Digest slotsAfter,
    long nodeCount,
    long slotCount,
    long target,
    long element,
    Digest foldRoot,
    long foldLength,
    int foldDType,
    long position,
    DemandKind demandKind,
    Digest demandHash,
    long demandCount,
    long solverGas,
    long challengerGas) {
  /// Fields of the encoding, 32 bytes each.
  public static final int WORDS = 32;

  /// Length of the encoding.
  public static final int ENCODED_BYTES = WORDS * 32;

  private static final long MAX_STEPS = 1L << 32;

  /// Throws [IllegalArgumentException] where no claim has such `steps` or `checkpointInterval`, or a field doesn't fit
  /// its word.
  public GameState {
    Objects.requireNonNull(solver, "solver");
    Objects.requireNonNull(challenger, "challenger");
    Objects.requireNonNull(programRoot, "programRoot");
    Objects.requireNonNull(checkpoints, "checkpoints");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(opening, "opening");
    Objects.requireNonNull(stepsRoot, "stepsRoot");
    Objects.requireNonNull(traceRoot, "traceRoot");
    Objects.requireNonNull(slotsBefore, "slotsBefore");
    Objects.requireNonNull(slotsAfter, "slotsAfter");
    Objects.requireNonNull(foldRoot, "foldRoot");
    Objects.requireNonNull(demandKind, "demandKind");
    Objects.requireNonNull(demandHash, "demandHash");
    if (steps < 1 || steps > MAX_STEPS) {
      throw new IllegalArgumentException("a run has 1 to 2^32 steps, not " + Long.toUnsignedString(steps));
    }
    if (checkpointInterval < 1) {
      throw new IllegalArgumentException(
          "a checkpoint interval is 1 or more, and below 2^63, not " + Long.toUnsignedString(checkpointInterval));
    }
    requireBelow("nodeCount", nodeCount, 1L << 32);
    requireBelow("slotCount", slotCount, 1L << 32);
    requireBelow("target", target, 1L << 32);
    DType.ofCode(foldDType);
  }

  private static void requireBelow(String field, long value, long limit) {
    if (value < 0 || value >= limit) {
      throw new IllegalArgumentException(field + " must be in [0, " + limit + "), not " + value);
    }
  }

  /// n, the number of intervals: ⌈T / c⌉.
  public long intervalCount() {
    return (steps - 1) / checkpointInterval + 1;
  }

  /// a = (i−1)·c, the first step of the interval selected.
  public long intervalStart() {
    return (interval - 1) * checkpointInterval;
  }

  /// b = min(i·c, T), the end of the interval selected.
  public long intervalEnd() {
    long start = intervalStart();
    return steps - start < checkpointInterval ? steps : start + checkpointInterval;
  }

  /// b − a − 1, the length of level 1's vector.
  public long innerSteps() {
    return intervalEnd() - intervalStart() - 1;
  }

  /// The clock of the side to move.
  public ChessClock runningClock() {
    return new ChessClock(movedAt, phase.toMove() == Party.SOLVER ? solverClock : challengerClock);
  }

  /// The phase that demanded what is owed in REVEAL; it follows from the fields (SPEC §6.3.1).
  public Phase demandingPhase() {
    if (!foldRoot.equals(Digest.ZERO)) {
      return Phase.SELECT_POSITION;
    }
    if (!traceRoot.equals(Digest.ZERO)) {
      return Phase.SELECT_NODE;
    }
    return interval != 0 ? Phase.SELECT_STEP : Phase.SELECT_INTERVAL;
  }

  /// The ABI encoding of the contract's static struct: [#WORDS] words of 32 bytes, big-endian.
  public byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(ENCODED_BYTES);
    putNumber(out, gameId);
    putNumber(out, claimId);
    out.put(new byte[12]).put(solver.bytes());
    out.put(new byte[12]).put(challenger.bytes());
    out.put(programRoot.bytes());
    out.put(checkpoints.bytes());
    putNumber(out, steps);
    putNumber(out, checkpointInterval);
    putNumber(out, phase.code());
    putNumber(out, movedAt);
    putNumber(out, solverClock);
    putNumber(out, challengerClock);
    out.put(opening.bytes());
    putNumber(out, interval);
    putNumber(out, step);
    out.put(stepsRoot.bytes());
    out.put(traceRoot.bytes());
    out.put(slotsBefore.bytes());
    out.put(slotsAfter.bytes());
    putNumber(out, nodeCount);
    putNumber(out, slotCount);
    putNumber(out, target);
    putNumber(out, element);
    out.put(foldRoot.bytes());
    putNumber(out, foldLength);
    putNumber(out, foldDType);
    putNumber(out, position);
    putNumber(out, demandKind.code());
    out.put(demandHash.bytes());
    putNumber(out, demandCount);
    putNumber(out, solverGas);
    putNumber(out, challengerGas);
    return out.array();
  }

  private static void putNumber(ByteBuffer out, long value) {
    out.put(new byte[24]).putLong(value);
  }

  /// The state with this encoding. Throws [IllegalArgumentException] where the length isn't 1,024 bytes, a field's
  /// padding isn't zero, or the values are no state.
  public static GameState decode(byte[] encoded) {
    if (encoded.length != ENCODED_BYTES) {
      throw new IllegalArgumentException("a game's state has " + ENCODED_BYTES + " bytes, not " + encoded.length);
    }
    ByteBuffer in = ByteBuffer.wrap(encoded);
    return new GameState(
        number(in, "gameId", 8),
        number(in, "claimId", 8),
        address(in, "solver"),
        address(in, "challenger"),
        Digest.of(bytes(in, 32)),
        Digest.of(bytes(in, 32)),
        number(in, "steps", 8),
        number(in, "checkpointInterval", 8),
        Phase.ofCode((int) number(in, "phase", 1)),
        number(in, "movedAt", 8),
        number(in, "solverClock", 8),
        number(in, "challengerClock", 8),
        Digest.of(bytes(in, 32)),
        number(in, "interval", 8),
        number(in, "step", 8),
        Digest.of(bytes(in, 32)),
        Digest.of(bytes(in, 32)),
        Digest.of(bytes(in, 32)),
        Digest.of(bytes(in, 32)),
        number(in, "nodeCount", 4),
        number(in, "slotCount", 4),
        number(in, "target", 4),
        number(in, "element", 8),
        Digest.of(bytes(in, 32)),
        number(in, "foldLength", 8),
        (int) number(in, "foldDType", 1),
        number(in, "position", 8),
        DemandKind.ofCode((int) number(in, "demandKind", 1)),
        Digest.of(bytes(in, 32)),
        number(in, "demandCount", 8),
        number(in, "solverGas", 8),
        number(in, "challengerGas", 8));
  }

  private static long number(ByteBuffer in, String field, int widthBytes) {
    requirePadding(in, field, 32 - widthBytes);
    long value = 0;
    for (int i = 0; i < widthBytes; i++) {
      value = value << 8 | in.get() & 0xff;
    }
    return value;
  }

  private static Account address(ByteBuffer in, String field) {
    requirePadding(in, field, 32 - Account.LENGTH_BYTES);
    return Account.of(bytes(in, Account.LENGTH_BYTES));
  }

  private static void requirePadding(ByteBuffer in, String field, int lengthBytes) {
    for (int i = 0; i < lengthBytes; i++) {
      if (in.get() != 0) {
        throw new IllegalArgumentException("the word of " + field + " has bits outside its type");
      }
    }
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /// keccak256 of the encoding: what the chain stores.
  public Digest hash() {
    return Keccak256.of(encode());
  }

  /// A copy to change fields of.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// A state in the making.
  public static final class Builder {
    private long gameId;
    private long claimId;
    private Account solver;
    private Account challenger;
    private Digest programRoot;
    private Digest checkpoints;
    private long steps;
    private long checkpointInterval;
    private Phase phase;
    private long movedAt;
    private long solverClock;
    private long challengerClock;
    private Digest opening;
    private long interval;
    private long step;
    private Digest stepsRoot;
    private Digest traceRoot;
    private Digest slotsBefore;
    private Digest slotsAfter;
    private long nodeCount;
    private long slotCount;
    private long target;
    private long element;
    private Digest foldRoot;
    private long foldLength;
    private int foldDType;
    private long position;
    private DemandKind demandKind;
    private Digest demandHash;
    private long demandCount;
    private long solverGas;
    private long challengerGas;

    private Builder(GameState from) {
      this.gameId = from.gameId;
      this.claimId = from.claimId;
      this.solver = from.solver;
      this.challenger = from.challenger;
      this.programRoot = from.programRoot;
      this.checkpoints = from.checkpoints;
      this.steps = from.steps;
      this.checkpointInterval = from.checkpointInterval;
      this.phase = from.phase;
      this.movedAt = from.movedAt;
      this.solverClock = from.solverClock;
      this.challengerClock = from.challengerClock;
      this.opening = from.opening;
      this.interval = from.interval;
      this.step = from.step;
      this.stepsRoot = from.stepsRoot;
      this.traceRoot = from.traceRoot;
      this.slotsBefore = from.slotsBefore;
      this.slotsAfter = from.slotsAfter;
      this.nodeCount = from.nodeCount;
      this.slotCount = from.slotCount;
      this.target = from.target;
      this.element = from.element;
      this.foldRoot = from.foldRoot;
      this.foldLength = from.foldLength;
      this.foldDType = from.foldDType;
      this.position = from.position;
      this.demandKind = from.demandKind;
      this.demandHash = from.demandHash;
      this.demandCount = from.demandCount;
      this.solverGas = from.solverGas;
      this.challengerGas = from.challengerGas;
    }

    public Builder gameId(long value) {
      this.gameId = value;
      return this;
    }

    public Builder claimId(long value) {
      this.claimId = value;
      return this;
    }

    public Builder solver(Account value) {
      this.solver = value;
      return this;
    }

    public Builder challenger(Account value) {
      this.challenger = value;
      return this;
    }

    public Builder programRoot(Digest value) {
      this.programRoot = value;
      return this;
    }

    public Builder checkpoints(Digest value) {
      this.checkpoints = value;
      return this;
    }

    public Builder steps(long value) {
      this.steps = value;
      return this;
    }

    public Builder checkpointInterval(long value) {
      this.checkpointInterval = value;
      return this;
    }

    public Builder phase(Phase value) {
      this.phase = value;
      return this;
    }

    public Builder movedAt(long value) {
      this.movedAt = value;
      return this;
    }

    public Builder solverClock(long value) {
      this.solverClock = value;
      return this;
    }

    public Builder challengerClock(long value) {
      this.challengerClock = value;
      return this;
    }

    public Builder opening(Digest value) {
      this.opening = value;
      return this;
    }

    public Builder interval(long value) {
      this.interval = value;
      return this;
    }

    public Builder step(long value) {
      this.step = value;
      return this;
    }

    public Builder stepsRoot(Digest value) {
      this.stepsRoot = value;
      return this;
    }

    public Builder traceRoot(Digest value) {
      this.traceRoot = value;
      return this;
    }

    public Builder slotsBefore(Digest value) {
      this.slotsBefore = value;
      return this;
    }

    public Builder slotsAfter(Digest value) {
      this.slotsAfter = value;
      return this;
    }

    public Builder nodeCount(long value) {
      this.nodeCount = value;
      return this;
    }

    public Builder slotCount(long value) {
      this.slotCount = value;
      return this;
    }

    public Builder target(long value) {
      this.target = value;
      return this;
    }

    public Builder element(long value) {
      this.element = value;
      return this;
    }

    public Builder foldRoot(Digest value) {
      this.foldRoot = value;
      return this;
    }

    public Builder foldLength(long value) {
      this.foldLength = value;
      return this;
    }

    public Builder foldDType(int value) {
      this.foldDType = value;
      return this;
    }

    public Builder position(long value) {
      this.position = value;
      return this;
    }

    public Builder demandKind(DemandKind value) {
      this.demandKind = value;
      return this;
    }

    public Builder demandHash(Digest value) {
      this.demandHash = value;
      return this;
    }

    public Builder demandCount(long value) {
      this.demandCount = value;
      return this;
    }

    public Builder solverGas(long value) {
      this.solverGas = value;
      return this;
    }

    public Builder challengerGas(long value) {
      this.challengerGas = value;
      return this;
    }

    /// Throws as the constructor of [GameState].
    public GameState build() {
      return new GameState(
          gameId,
          claimId,
          solver,
          challenger,
          programRoot,
          checkpoints,
          steps,
          checkpointInterval,
          phase,
          movedAt,
          solverClock,
          challengerClock,
          opening,
          interval,
          step,
          stepsRoot,
          traceRoot,
          slotsBefore,
          slotsAfter,
          nodeCount,
          slotCount,
          target,
          element,
          foldRoot,
          foldLength,
          foldDType,
          position,
          demandKind,
          demandHash,
          demandCount,
          solverGas,
          challengerGas);
    }
  }
}
