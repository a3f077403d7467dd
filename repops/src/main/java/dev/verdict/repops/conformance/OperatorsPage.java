package dev.verdict.repops.conformance;

import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.op.BuiltGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// `docs/operators.md`: every operator with the nodes that it and its gradient really are, from the catalogue.
public final class OperatorsPage {
  private static final List<String> HEAD = List.of(
      "# Operators",
      "",
      "Written by `./verdict operators --markdown` from the catalogue of the code"
          + " (`repops/src/main/java/dev/verdict/repops/conformance`); a test compares it with this file. Formulas in"
          + " full, with orders and special values, are in the Javadoc of `GraphBuilder`.",
      "",
      "Every node below is one of SPEC §3.1: a **map** (one evaluation an element), a **fold** over a reduction shape"
          + " in row-major order, or a **product** (a fold of `fma(a, b, acc)`), written as `label` kind [output shape]"
          + " over [reduction shape], and the number of instructions of its body. Nodes that only change a view aren't"
          + " there: they cost nothing. The shapes are those of the catalogue's case, chosen to be awkward.",
      "",
      "**Executors.** `reference` interprets every node and is the definition. `cpu` compiles every node to JVM code"
          + " and gives the same bits at every vector width and number of threads: products (convolutions and attention's"
          + " scores among them) by register tiles over packed operands, maps and folds in lanes across neighbouring"
          + " outputs, elementary functions in vectors; maps and folds that follow one another are computed block by"
          + " block, without storing what nobody keeps. `./verdict selftest` shows it on a machine, case by case, under"
          + " the names used here.",
      "");

  private OperatorsPage() {}

  /// The file's lines.
  public static List<String> lines() {
    List<String> lines = new ArrayList<>(HEAD);
    Catalogue.families().forEach((family, cases) -> {
      lines.add("## " + family);
      lines.add("");
      lines.add("| operator | ONNX | what it computes | gradient |");
      lines.add("| --- | --- | --- | --- |");
      for (OperatorCase c : cases) {
        lines.add("| " + cell(c.name()) + " | " + onnx(c) + " | " + cell(c.formula()) + " | "
            + c.gradient().map(OperatorsPage::cell).orElse("–") + " |");
      }
      lines.add("");
      lines.add("| operator | operands | nodes | nodes of the gradient |");
      lines.add("| --- | --- | --- | --- |");
      for (OperatorCase c : cases) {
        lines.add("| " + cell(c.name()) + " | " + operands(c) + " | " + nodes(forward(c)) + " | " + nodes(gradient(c))
            + " |");
      }
      lines.add("");
    });
    lines.removeLast();
    return lines;
  }

  private static String onnx(OperatorCase c) {
    return c.opset().isPresent() ? c.onnx() + "-" + c.opset().getAsInt() : "–";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static String operands(OperatorCase c) {
    return String.join(", ", c.forward().program().slots().stream()
        .filter(slot -> slot.name().matches("x[0-9]+")).map(slot -> slot.dtype() + slot.shape().toString()).toList());
  }

  private static List<Node> forward(OperatorCase c) {
    return c.forward().program().nodes();
  }

  /// What the gradient adds, without the node that stands for the loss's own: it reads the weights alone.
  private static List<Node> gradient(OperatorCase c) {
    BuiltGraph both = c.withGradients();
    List<Node> nodes = new ArrayList<>(both.program().nodes());
    forward(c).forEach(nodes::remove);
    nodes.removeIf(node -> node.inputs().stream().allMatch(input -> input.source() instanceof Source.State s
        && both.program().slots().get(s.index()).name().matches("g[0-9]+")) && node.label().startsWith("Mul.grad"));
    return nodes;
  }

  /// The nodes in order, those that are alike counted.
  private static String nodes(List<Node> nodes) {
    SequencedMap<String, Integer> counted = new LinkedHashMap<>();
    nodes.forEach(node -> counted.merge(described(node), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, Integer> e : counted.entrySet()) {
      parts.add((e.getValue() > 1 ? e.getValue() + " × " : "") + e.getKey());
    }
    return parts.isEmpty() ? "–" : String.join("<br>", parts);
  }

  private static String described(Node node) {
    return "`" + node.label() + "` " + kind(node) + " " + shape(node.out())
        + (node.hasFold() ? " over " + shape(node.red()) : "") + ", " + node.body().size();
  }

  private static String shape(Shape shape) {
    return shape.rank() == 0 ? "scalar" : shape.toString();
  }

  private static String kind(Node node) {
    if (!node.hasFold()) {
      return "map";
    }
    Instruction last = node.body().getLast();
    boolean isProduct = node.body().size() == 4 && last.op() == Opcode.FMA
        && isLoad(node, last.a()) && isLoad(node, last.b()) && node.body().get(last.c()).op() == Opcode.ACC;
    return isProduct ? "product" : "fold";
  }

  private static boolean isLoad(Node node, int register) {
    return node.body().get(register).op() == Opcode.LOAD;
  }
}
