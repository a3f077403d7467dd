package dev.verdict.repops.conformance;

import dev.verdict.repops.ir.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Every case, in the order in which they build on each other: instructions, elementary functions, operators.
///
/// A new operator adds its cases to the list of its family here; a test fails until it does. The families are in one
/// file each.
public final class Catalogue {
  private Catalogue() {}

  /// Every instruction of SPEC §3.1.1 but the elementary functions.
  public static List<Entry.Primitive> primitives() {
    return Arrays.stream(Opcode.values()).filter(op -> !op.isElementary()).map(Entry.Primitive::new).toList();
  }

  /// The six functions of SPEC §2.3.
  public static List<Entry.Function> functions() {
    return Arrays.stream(Opcode.values()).filter(Opcode::isElementary).map(Entry.Function::new).toList();
  }

  /// Every operator, by family.
  public static List<OperatorCase> operators() {
    return families().values().stream().flatMap(List::stream).toList();
  }

  /// The families, by what they are called in the documents.
  static SequencedMap<String, List<OperatorCase>> families() {
    SequencedMap<String, List<OperatorCase>> families = new LinkedHashMap<>();
    families.put("Element by element", ElementwiseCases.all());
    families.put("Shapes and parts", ViewCases.all());
    families.put("Products and convolutions", ProductCases.all());
    families.put("Pooling", PoolingCases.all());
    families.put("Reductions", ReductionCases.all());
    families.put("Selection", SelectionCases.all());
    families.put("Normalisation and dropout", NormalizationCases.all());
    families.put("Attention", AttentionCases.all());
    families.put("Losses", LossCases.all());
    families.put("Optimisers and schedules", OptimizerCases.all());
    return families;
  }

  /// All of them.
  public static List<Entry> all() {
    List<Entry> all = new ArrayList<>(primitives());
    all.addAll(functions());
    all.addAll(operators());
    return all;
  }
}
