package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.contracts.Receipt;
import dev.verdict.repops.commit.Digest;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `verdict job cancel`: takes back a job that no solver holds.
@Command(name = "cancel", mixinStandardHelpOptions = true,
    description = "Takes back a job that no solver holds; its payment is free in the vault again.")
final class JobCancelCommand implements Callable<Integer> {
  @Mixin private ParticipantOptions participant = new ParticipantOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "0", paramLabel = "JOB", converter = DigestConverter.class, description = "The job's id.")
  private Digest jobId = Digest.ZERO;

  @Override
  public Integer call() {
    try (ParticipantOptions.Session session = participant.open(RoleObserver.NONE)) {
      Participant me = session.participant();
      Receipt receipt = me.send("cancelJob", me.registry().cancelJob(jobId));
      ObjectNode json = Output.document();
      json.put("tx", receipt.txHash().toString());
      output.print(json, "job " + jobId + " cancelled, " + receipt.gasUsed() + " gas");
    }
    return ExitCode.DONE;
  }
}
