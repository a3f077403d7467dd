package dev.verdict.cli.demo;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.step.DecidingOperation;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Table;
import dev.verdict.cli.console.Wei;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.learning.train.Trainer;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What a demo came to.
///
/// @param quality of the solver's model
/// @param before wei of each account, free or locked
record DemoReport(
    Assignment assignment,
    Scenario scenario,
    boolean withheld,
    long seed,
    DemoLog log,
    Outcome outcome,
    ClaimStatus claim,
    Assignment.Quality quality,
    Map<String, BigInteger> before,
    Map<String, BigInteger> after,
    Duration took) {

  /// How it ended.
  sealed interface Outcome {
    /// A game was played.
    record Disputed(ChainEvent.Decided decided) implements Outcome {}

    /// Nobody objected.
    record Undisputed() implements Outcome {}
  }

  String verdict() {
    return switch (outcome) {
      case Outcome.Disputed(var decided) -> decided.verdict().name();
      case Outcome.Undisputed u -> claim.name();
    };
  }

  private Trainer.Run run() {
    return log.run().orElseThrow();
  }

  private Program program() {
    return assignment.job().program();
  }

  private long gas() {
    return log.moves().stream().mapToLong(DemoLog.Entry::gas).sum();
  }

  private long maxGas() {
    return log.moves().stream().mapToLong(DemoLog.Entry::gas).max().orElse(0);
  }

  // ------------------------------------------------------------------ for programs

  ObjectNode toJson() {
    ObjectNode json = Output.document();
    json.put("model", assignment.name());
    json.put("cheat", scenario.name());
    json.put("withheld", withheld);
    json.put("seed", seed);
    json.put("verdict", verdict());
    json.put("claim", claim.name());
    json.put("commitment", run().trail().commitment().root().toString());
    ObjectNode training = json.putObject("training");
    training.put("model", assignment.layers());
    training.put("steps", assignment.job().steps());
    training.put("loss", run().loss());
    training.put(quality.key(), quality.value());
    var transactions = json.putArray("transactions");
    for (DemoLog.Entry entry : log.entries()) {
      transactions.addObject().put("by", entry.actor()).put("name", entry.name()).put("gas", entry.gas())
          .put("tx", entry.receipt().txHash().toString());
    }
    ObjectNode dispute = json.putObject("dispute");
    dispute.put("transactions", log.moves().size());
    dispute.put("gas", gas());
    dispute.put("maxGas", maxGas());
    var moves = dispute.putArray("moves");
    for (DemoLog.Entry entry : log.moves()) {
      moves.addObject().put("name", entry.name()).put("by", entry.actor()).put("gas", entry.gas())
          .put("tx", entry.receipt().txHash().toString());
    }
    decidedBy().ifPresentOrElse(decided -> dispute.set("decidedBy", decided.toJson()),
        () -> dispute.putNull("decidedBy"));
    ObjectNode stakes = json.putObject("stakes");
    putStakes(stakes.putObject("before"), before);
    putStakes(stakes.putObject("after"), after);
    json.put("seconds", took.toMillis() / 1000.0);
    return json;
  }

  private static void putStakes(ObjectNode json, Map<String, BigInteger> stakes) {
    stakes.forEach((who, wei) -> json.put(who, wei.toString()));
  }

  // ------------------------------------------------------------------ what decided

  /// The one thing that the whole run came down to.
  private record Decider(
      long step, long node, String operator, long element, long k, String operation, List<String> operands,
      String result, String claimed, String words) {
    ObjectNode toJson() {
      ObjectNode json = Output.document();
      json.put("step", step);
      json.put("node", node);
      json.put("operator", operator);
      json.put("element", element);
      json.put("k", k);
      json.put("operation", operation);
      var array = json.putArray("operands");
      operands.forEach(array::add);
      json.put("result", result);
      json.put("claimed", claimed);
      return json;
    }
  }

  private Optional<Decider> decidedBy() {
    return switch (outcome) {
      case Outcome.Undisputed u -> Optional.empty();
      case Outcome.Disputed(ChainEvent.Decided decided) -> log.decidedFrom().map(state -> decider(state, decided));
    };
  }

  private Decider decider(GameState state, ChainEvent.Decided decided) {
    String result = decided.result().toString();
    String claimed = decided.claimed().toString();
    if (log.operation().isPresent()) {
      DecidingOperation o = log.operation().get();
      return new Decider(o.step(), o.node(), o.label(), o.element(), o.position(),
          o.instruction().name().toLowerCase(Locale.ROOT), o.operands(), o.result(), o.claimed(), o.toString());
    }
    return switch (decided.reason()) {
      case PROVED -> {
        Slot slot = program().slots().get((int) state.target());
        String operator = slot.next() == Slot.UNCHANGED ? "unchanged" : program().nodes().get(slot.next()).label();
        yield new Decider(state.step(), slot.next(), operator, 0, 0, "slot " + slot.name(), List.of(), result, claimed,
            "step " + state.step() + " · slot " + slot.name() + " is not the output of node " + slot.next() + " "
                + operator + ": root " + shortened(result) + ", claimed " + shortened(claimed));
      }
      case TIMED_OUT -> new Decider(state.step(), state.target(), nameOf(state), state.element(), state.position(),
          "timeout", List.of(), result, claimed,
          "the " + state.phase().toMove().name().toLowerCase(Locale.ROOT) + "'s clock ran out in " + state.phase());
      case OUT_OF_RANGE -> new Decider(state.step(), state.target(), nameOf(state), state.element(), state.position(),
          "out of range", List.of(), result, claimed, "element " + state.element() + " does not exist");
    };
  }

  private String nameOf(GameState state) {
    return state.phase() == Phase.OPEN_NODE || state.foldLength() > 0
        ? program().nodes().get((int) state.target()).label()
        : "";
  }

  private static String shortened(String hex) {
    return hex.substring(0, 10) + "…";
  }

  // ------------------------------------------------------------------ for people

  String toText() {
    StringBuilder out = new StringBuilder("\n");
    out.append(String.format(Locale.ROOT,
        "Trained      %s, %d steps: loss %.4f, %s%n", assignment.words(), assignment.job().steps(), run().loss(),
        quality.words()));
    out.append("Commitment   ").append(run().trail().commitment().root()).append('\n');
    out.append("Cheat        ").append(scenario.words()).append(withheld ? ", and serves nothing" : "").append("\n\n");
    if (!log.moves().isEmpty()) {
      Table table = new Table("move", "by", "gas", "transaction");
      log.moves().forEach(e -> table.row(e.name(), e.actor(), e.gas(), e.receipt().txHash()));
      out.append(table);
      out.append(String.format(Locale.ROOT, "  %d transactions, %,d gas in all, %,d at most%n%n", log.moves().size(),
          gas(), maxGas()));
    }
    decidedBy().ifPresent(decided -> out.append("Decided by   ").append(decided.words()).append('\n'));
    out.append("Verdict      ").append(verdict()).append(", the claim is ").append(claim).append("\n\n");
    Table stakes = new Table("stakes", "before", "after");
    before.forEach((who, wei) -> stakes.row(who, Wei.inEther(wei), Wei.inEther(after.get(who))));
    out.append(stakes);
    out.append(String.format(Locale.ROOT, "  took %.1f s%n", took.toMillis() / 1000.0));
    return out.toString();
  }
}
