package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Table;
import dev.verdict.repops.conformance.Catalogue;
import dev.verdict.repops.conformance.OperatorCase;
import dev.verdict.repops.conformance.OperatorsPage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `verdict operators`: what a program may be built from.
@Command(name = "operators", mixinStandardHelpOptions = true,
    description = "Lists the operators, what each computes, and its gradient.")
final class OperatorsCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Option(names = "--markdown", description = "The page docs/operators.md, with the nodes that each operator is.")
  private boolean markdown;

  @Override
  public Integer call() {
    if (markdown && output.isJson()) {
      throw new InputException("--json and --markdown are two forms of the same: ask for one of them");
    }
    ObjectNode json = Output.document();
    ArrayNode array = json.putArray("operators");
    Table table = new Table("operator", "ONNX", "gradient", "what it computes");
    for (OperatorCase c : Catalogue.operators()) {
      String onnx = c.opset().isPresent() ? c.onnx() + "-" + c.opset().getAsInt() : "";
      table.row(c.name(), onnx, c.gradient().isPresent() ? "yes" : "no", c.formula());
      array.addObject().put("name", c.name()).put("onnx", onnx).put("formula", c.formula())
          .put("gradient", c.gradient().orElse(null));
    }
    output.print(json, markdown ? String.join("\n", OperatorsPage.lines()) : table.toString());
    return ExitCode.DONE;
  }
}
