package dev.verdict.bisection.transcript;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.repops.commit.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A game from challenge to verdict: what was claimed, who moved when, and how it ended.
///
/// As text it is one line each, fields separated by single spaces, numbers in unsigned decimal, bytes in hexadecimal, `-`
/// for no bytes:
///
///     verdict-transcript 1
///     clocks SOLVER CHALLENGER EXTENSION
///     claim CLAIM_ID SOLVER PROGRAM_ROOT CHECKPOINTS STEPS INTERVAL
///     challenge GAME_ID CHALLENGER INTERVAL OPENING TIME
///     move TIME PARTY NAME ARGUMENTS…
///     verdict VERDICT REASON RESULT CLAIMED            (where the game has ended)
public record Transcript(
    GameParameters clocks, GameRules.Claim claim, long gameId, Account challenger, long interval, Digest opening,
    Instant openedAt, List<Entry> entries, Optional<Outcome.Decided> verdict) {
  private static final String FIRST_LINE = "verdict-transcript 1";

  /// A move, who made it, and when; whole seconds.
  public record Entry(Instant at, Party mover, Move move) {}

  public Transcript {
    entries = List.copyOf(entries);
  }

  /// This with one more move.
  public Transcript with(Entry entry) {
    return new Transcript(clocks, claim, gameId, challenger, interval, opening, openedAt,
        Stream.concat(entries.stream(), Stream.of(entry)).toList(), verdict);
  }

  /// This with how it ended.
  public Transcript with(Outcome.Decided decided) {
    return new Transcript(
        clocks, claim, gameId, challenger, interval, opening, openedAt, entries, Optional.of(decided));
  }

  /// The text; [#parse] gives this again.
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(FIRST_LINE);
    lines.add(line("clocks", clocks.solverClock(), clocks.challengerClock(), clocks.extension()));
    lines.add(line("claim", u(claim.claimId()), claim.solver().hex(), claim.programRoot().hex(),
        claim.checkpoints().hex(), claim.steps(), claim.checkpointInterval()));
    lines.add(line("challenge", u(gameId), challenger.hex(), u(interval), opening.hex(), openedAt.getEpochSecond()));
    for (Entry entry : entries) {
      lines.add(line("move", entry.at().getEpochSecond(), entry.mover(), words(entry.move())));
    }
    verdict.ifPresent(d -> lines.add(
        line("verdict", d.verdict(), d.reason(), d.result().hex(), d.claimed().hex())));
    return lines.stream().map(l -> l + "\n").collect(Collectors.joining());
  }

  private static String line(Object... words) {
    return Stream.of(words).map(Object::toString).collect(Collectors.joining(" "));
  }

  private static String u(long value) {
    return Long.toUnsignedString(value);
  }

  private static String words(Move move) {
    return switch (move) {
      case Move.SelectInterval m -> line("selectInterval", u(m.interval()), m.salt().hex());
      case Move.CommitSteps m -> line("commitSteps", m.stepsTree().hex());
      case Move.SelectStep m -> line("selectStep", u(m.step()));
      case Move.CommitTrace m -> line("commitTrace", hex(m.proof()));
      case Move.SelectElement m -> line("selectElement", u(m.node()), u(m.element()));
      case Move.SelectSlot m -> line("selectSlot", u(m.slot()));
      case Move.CommitFold m -> line("commitFold", hex(m.proof()));
      case Move.SelectPosition m -> line("selectPosition", u(m.position()));
      case Move.Demand m -> line("demand", u(m.target()),
          m.revealed().isEmpty() ? "-" : m.revealed().stream().map(Digest::hex).collect(Collectors.joining()));
      case Move.Reveal m -> line("reveal", hex(m.data()));
      case Move.Prove m -> line("prove", hex(m.proof()));
      case Move.Timeout m -> "timeout";
    };
  }

  private static String hex(Bytes bytes) {
    return bytes.length() == 0 ? "-" : bytes.hex();
  }

  /// The transcript with this text. Throws [TranscriptFormatException] naming the line that isn't one.
  public static Transcript parse(String text) {
    Lines lines = new Lines(text);
    lines.expect(FIRST_LINE);
    Words clocks = lines.next("clocks", 3);
    GameParameters parameters = clocks.read(w -> new GameParameters(w.number(), w.number(), w.number()));
    Words claimed = lines.next("claim", 6);
    GameRules.Claim claim = claimed.read(w -> new GameRules.Claim(
        w.number(), Account.ofHex(w.word()), w.digest(), w.digest(), w.number(), w.number()));
    Words challenge = lines.next("challenge", 5);
    Transcript transcript = challenge.read(w -> new Transcript(parameters, claim, w.number(),
        Account.ofHex(w.word()), w.number(), w.digest(), w.time(), List.of(), Optional.empty()));
    List<Entry> entries = new ArrayList<>();
    Optional<Outcome.Decided> verdict = Optional.empty();
    while (lines.hasNext()) {
      if (lines.peek().startsWith("verdict ")) {
        verdict = Optional.of(lines.next("verdict", 4).read(w -> new Outcome.Decided(
            Verdict.valueOf(w.word()), Reason.valueOf(w.word()), w.digest(), w.digest())));
        lines.end();
      } else {
        entries.add(lines.next("move", -1).read(w -> new Entry(w.time(), Party.valueOf(w.word()), w.move())));
      }
    }
    return new Transcript(parameters, claim, transcript.gameId(), transcript.challenger(), transcript.interval(),
        transcript.opening(), transcript.openedAt(), entries, verdict);
  }

  private static final class Lines {
    private final List<String> lines;
    private int at;

    Lines(String text) {
      this.lines = text.lines().toList();
    }

    boolean hasNext() {
      return at < lines.size();
    }

    String peek() {
      return lines.get(at);
    }

    void expect(String line) {
      if (!hasNext() || !peek().equals(line)) {
        throw new TranscriptFormatException(at + 1, "expected " + line);
      }
      at++;
    }

    /// The words of the next line after its name; `count` of them, or any number where it is negative.
    Words next(String name, int count) {
      if (!hasNext() || !peek().startsWith(name + " ")) {
        throw new TranscriptFormatException(at + 1, "expected a line that begins with " + name);
      }
      List<String> words = List.of(peek().split(" ", -1));
      at++;
      if (count >= 0 && words.size() != count + 1) {
        throw new TranscriptFormatException(at, name + " has " + count + " words, not " + (words.size() - 1));
      }
      return new Words(at, words);
    }

    void end() {
      if (hasNext()) {
        throw new TranscriptFormatException(at + 1, "nothing follows the verdict");
      }
    }
  }

  private static final class Words {
    private final int line;
    private final List<String> words;
    private int at = 1;

    Words(int line, List<String> words) {
      this.line = line;
      this.words = words;
    }

    <T> T read(Function<Words, T> reader) {
      try {
        T value = reader.apply(this);
        if (at != words.size()) {
          throw new TranscriptFormatException(line, "has more words than it should");
        }
        return value;
      } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
        throw new TranscriptFormatException(line, String.valueOf(e.getMessage()));
      }
    }

    String word() {
      return words.get(at++);
    }

    long number() {
      return Long.parseUnsignedLong(word());
    }

    Instant time() {
      return Instant.ofEpochSecond(number());
    }

    Digest digest() {
      return Digest.ofHex(word());
    }

    Bytes bytes() {
      String hex = word();
      return hex.equals("-") ? Bytes.of(new byte[0]) : Bytes.ofHex(hex);
    }

    List<Digest> digests() {
      byte[] bytes = bytes().toArray();
      List<Digest> digests = new ArrayList<>();
      for (int i = 0; i < bytes.length; i += Digest.LENGTH_BYTES) {
        digests.add(Digest.of(Arrays.copyOfRange(bytes, i, Math.min(i + Digest.LENGTH_BYTES, bytes.length))));
      }
      return digests;
    }

    Move move() {
      String name = word();
      return switch (name) {
        case "selectInterval" -> new Move.SelectInterval(number(), digest());
        case "commitSteps" -> new Move.CommitSteps(digest());
        case "selectStep" -> new Move.SelectStep(number());
        case "commitTrace" -> new Move.CommitTrace(bytes());
        case "selectElement" -> new Move.SelectElement(number(), number());
        case "selectSlot" -> new Move.SelectSlot(number());
        case "commitFold" -> new Move.CommitFold(bytes());
        case "selectPosition" -> new Move.SelectPosition(number());
        case "demand" -> new Move.Demand(number(), digests());
        case "reveal" -> new Move.Reveal(bytes());
        case "prove" -> new Move.Prove(bytes());
        case "timeout" -> new Move.Timeout();
        default -> throw new TranscriptFormatException(line, "there is no move " + name);
      };
    }
  }
}
