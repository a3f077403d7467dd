package dev.verdict.cli;

import dev.verdict.bisection.game.GameState;
import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Table;
import dev.verdict.cli.console.Wei;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.Claim;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.Job;
import dev.verdict.contracts.JobRegistryGateway;
import dev.verdict.repops.commit.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `verdict status`: jobs, claims and open games, as the contracts have them.
@Command(name = "status", mixinStandardHelpOptions = true, description = "Shows jobs, claims and open games.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private ChainOptions chain = new ChainOptions();
  @Mixin private Output output = new Output();

  @Option(names = "--job", paramLabel = "ID", converter = DigestConverter.class, description = "This job alone.")
  private @Nullable Digest onlyJob;

  @Override
  public Integer call() {
    try (ChainClient client = chain.connect()) {
      Deployment deployment = chain.deployment(client);
      List<ChainEvent> events =
          deployment.events().between(client, deployment.firstBlock(), client.blockNumber());
      ObjectNode json = Output.document();
      json.put("chainId", client.chainId());
      json.put("jackpotPoolWei", deployment.vault(client).jackpotPool().toString());
      String text = jobs(deployment.registry(client), events, json) + claims(deployment.registry(client), events, json)
          + games(events, json);
      output.print(json, text + "jackpot pool " + Wei.inEther(deployment.vault(client).jackpotPool()));
    }
    return ExitCode.DONE;
  }

  private String jobs(JobRegistryGateway registry, List<ChainEvent> events, ObjectNode json) {
    Table table = new Table("job", "status", "payment", "steps", "location");
    var array = json.putArray("jobs");
    for (ChainEvent event : events) {
      if (event instanceof ChainEvent.JobSubmitted submitted && wanted(submitted.jobId())) {
        Job job = registry.job(submitted.jobId()).orElseThrow();
        table.row(submitted.jobId(), job.status(), Wei.inEther(job.paymentWei()), job.steps(), submitted.location());
        array.addObject().put("jobId", submitted.jobId().toString()).put("status", job.status().name())
            .put("submitter", job.submitter().toString()).put("paymentWei", job.paymentWei().toString())
            .put("steps", job.steps()).put("location", submitted.location());
      }
    }
    return table.toString();
  }

  private String claims(JobRegistryGateway registry, List<ChainEvent> events, ObjectNode json) {
    Table table = new Table("claim", "status", "open games", "window ends", "commitment");
    var array = json.putArray("claims");
    for (ChainEvent event : events) {
      if (event instanceof ChainEvent.ClaimPosted posted && wanted(posted.jobId())) {
        Claim claim = registry.claim(posted.claimId()).orElseThrow();
        table.row(posted.claimId(), claim.status(), claim.openGames(), Instant.ofEpochSecond(claim.windowEnd()),
            claim.checkpoints());
        array.addObject().put("claimId", posted.claimId()).put("jobId", posted.jobId().toString())
            .put("solver", posted.solver().toString()).put("status", claim.status().name())
            .put("openGames", claim.openGames()).put("windowEnd", claim.windowEnd())
            .put("commitment", claim.checkpoints().toString());
      }
    }
    return table.toString();
  }

  private String games(List<ChainEvent> events, ObjectNode json) {
    Map<Long, GameState> open = new TreeMap<>();
    List<Long> ofOtherJobs = new ArrayList<>();
    for (ChainEvent event : events) {
      switch (event) {
        case ChainEvent.ClaimPosted posted when !wanted(posted.jobId()) -> ofOtherJobs.add(posted.claimId());
        case ChainEvent.Moved moved -> open.put(moved.gameId(), moved.state());
        case ChainEvent.Decided decided -> open.remove(decided.gameId());
        default -> {
          // Nothing about open games.
        }
      }
    }
    Table table = new Table("game", "claim", "phase", "to move", "until");
    var array = json.putArray("games");
    for (GameState game : open.values()) {
      if (!ofOtherJobs.contains(game.claimId())) {
        Instant until = Instant.ofEpochSecond(game.runningClock().lastInstant());
        table.row(game.gameId(), game.claimId(), game.phase(), game.phase().toMove(), until);
        array.addObject().put("gameId", game.gameId()).put("claimId", game.claimId())
            .put("phase", game.phase().name()).put("toMove", game.phase().toMove().name())
            .put("until", until.getEpochSecond());
      }
    }
    return table.toString();
  }

  private boolean wanted(Digest jobId) {
    return onlyJob == null || onlyJob.equals(jobId);
  }
}
