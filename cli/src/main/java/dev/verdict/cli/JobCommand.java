package dev.verdict.cli;

import picocli.CommandLine.Command;

/// `verdict job`: what a submitter does.
@Command(name = "job", mixinStandardHelpOptions = true, description = "Makes, submits and cancels training jobs.",
    subcommands = {JobCreateCommand.class, JobSubmitCommand.class, JobCancelCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class JobCommand {}
