package dev.verdict.repops.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.MemoryReport;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.LearningRate;
import dev.verdict.repops.op.Optimizer;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.GoldenFiles;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The catalogue has everything, and the published digests are what the reference executor makes of it
/// (`-Dverdict.golden.write=true` writes them).
class CatalogueTest {
  private static final Path FILE = GoldenFiles.path(PublishedDigests.FILE);
  /// Sources, not operators.
  private static final Set<String> SOURCES = Set.of("state", "data", "constant", "literal");

  static List<OperatorCase> operators() {
    return Catalogue.operators();
  }

  @Test
  void publishedDigests_areTheReferenceExecutors_asCommitted() throws IOException {
    SequencedMap<Entry, Digest> digests = new LinkedHashMap<>();
    for (Entry entry : Catalogue.all()) {
      digests.put(entry, Selftest.digest(entry, new ReferenceExecutor()));
    }
    List<String> lines = PublishedDigests.format(digests);
    if (GoldenFiles.write()) {
      Files.write(FILE, lines);
    }
    assertThat(Files.readAllLines(FILE)).isEqualTo(lines);
    assertThat(PublishedDigests.parse("digests.txt", lines).size()).isEqualTo(Catalogue.all().size())
        .isGreaterThan(100);
  }

  @Test
  void operatorsPage_isTheFile_asCommitted() throws IOException {
    Path page = FILE.resolveSibling("../docs/operators.md").normalize();
    if (GoldenFiles.write()) {
      Files.write(page, OperatorsPage.lines());
    }
    assertThat(Files.readAllLines(page)).as("run CatalogueTest#*asCommitted* with -Dverdict.golden.write=true")
        .isEqualTo(OperatorsPage.lines());
  }

  @Test
  void all_everyOpcode_isThere() {
    Set<Opcode> opcodes = new TreeSet<>();
    Catalogue.primitives().forEach(p -> opcodes.add(p.op()));
    Catalogue.functions().forEach(f -> opcodes.add(f.op()));
    assertThat(opcodes).containsExactly(Opcode.values());
    for (Entry.Primitive p : Catalogue.primitives()) {
      assertThat(p.sample().program().nodes()).as(p.name())
          .anySatisfy(n -> assertThat(n.body()).anyMatch(i -> i.op() == p.op()));
    }
  }

  /// Every public method of [GraphBuilder] that makes a value is called by the catalogue's classes.
  @Test
  void operators_everyOperatorOfGraphBuilder_isThere() throws IOException {
    Set<String> called = called(GraphBuilder.class);
    Set<String> missing = new TreeSet<>();
    int operators = 0;
    for (Method m : GraphBuilder.class.getDeclaredMethods()) {
      if (Modifier.isPublic(m.getModifiers()) && makesValues(m) && !SOURCES.contains(m.getName())) {
        operators++;
        if (!called.contains(m.getName() + descriptor(m))) {
          missing.add(m.toString());
        }
      }
    }
    assertThat(operators).isGreaterThan(45);
    assertThat(missing).as("operators without a case in dev.verdict.repops.conformance").isEmpty();
  }

  @Test
  void operators_everyOptimizerAndSchedule_isThere() throws IOException {
    Set<String> called = called(LearningRate.class);
    for (Method m : LearningRate.class.getDeclaredMethods()) {
      if (Modifier.isStatic(m.getModifiers()) && Modifier.isPublic(m.getModifiers())) {
        assertThat(called).as("a case for LearningRate." + m.getName()).contains(m.getName() + descriptor(m));
      }
    }
    Set<String> names = new TreeSet<>();
    Catalogue.operators().forEach(c -> names.add(c.name()));
    for (Class<?> optimizer : Optimizer.class.getPermittedSubclasses()) {
      String name = optimizer.getSimpleName();
      assertThat(names).anyMatch(n -> n.equals(name) || n.startsWith(name + ","));
    }
  }

  /// The check itself must notice.
  @Test
  void called_methodThatNobodyCalls_isNotFound() throws IOException {
    assertThat(called(GraphBuilder.class)).contains("exp(Ldev/verdict/repops/op/Value;)Ldev/verdict/repops/op/Value;")
        .noneMatch(m -> m.startsWith("node("));
  }

  private static boolean makesValues(Method m) {
    if (m.getReturnType().isRecord()) {
      return Arrays.stream(m.getReturnType().getRecordComponents()).anyMatch(c -> c.getType() == Value.class);
    }
    return m.getGenericReturnType().getTypeName().contains(Value.class.getName());
  }

  private static String descriptor(Method m) {
    return MethodType.methodType(m.getReturnType(), m.getParameterTypes()).descriptorString();
  }

  /// Name and descriptor of what the classes of the catalogue's families call on `owner`.
  private static Set<String> called(Class<?> owner) throws IOException {
    Set<String> called = new TreeSet<>();
    try (InputStream catalogue = classFile("Catalogue")) {
      for (String family : families(catalogue.readAllBytes())) {
        try (InputStream in = classFile(family)) {
          for (InvokeInstruction call : calls(in.readAllBytes())) {
            if (call.owner().asInternalName().equals(owner.getName().replace('.', '/'))) {
              called.add(call.name().stringValue() + call.type().stringValue());
            }
          }
        }
      }
    }
    return called;
  }

  private static Set<String> families(byte[] catalogue) {
    Set<String> families = new TreeSet<>();
    for (InvokeInstruction call : calls(catalogue)) {
      String name = call.owner().asInternalName();
      if (name.endsWith("Cases")) {
        families.add(name.substring(name.lastIndexOf('/') + 1));
      }
    }
    return families;
  }

  private static InputStream classFile(String simpleName) {
    return CatalogueTest.class.getResourceAsStream(simpleName + ".class");
  }

  private static List<InvokeInstruction> calls(byte[] classFile) {
    List<InvokeInstruction> calls = new ArrayList<>();
    ClassFile.of().parse(classFile).methods().forEach(m -> m.code().ifPresent(code -> {
      for (CodeElement e : code) {
        if (e instanceof InvokeInstruction i) {
          calls.add(i);
        }
      }
    }));
    return calls;
  }

  @ParameterizedTest
  @MethodSource("operators")
  void operators_everyCase_isValidAndSaysWhatItIs(OperatorCase c) {
    ProgramValidator.requireValid(c.forward().program());
    ProgramValidator.requireValid(c.withGradients().program());
    assertThat(c.formula()).isNotBlank();
    assertThat(c.sample().outputs()).isNotEmpty();
    assertThat(c.gradient().isPresent())
        .isEqualTo(c.withGradients().program().nodes().size() > c.forward().program().nodes().size());
  }

  /// One wrong bit in any output of any node that counts gives another digest, and the self-test says so.
  @Test
  void run_oneWrongBit_isFoundInEveryEntry() throws IOException {
    Selftest selftest = new Selftest(PublishedDigests.parse("digests.txt", Files.readAllLines(FILE)));
    List<Entry> entries = new ArrayList<>(Catalogue.operators());
    entries.addAll(Catalogue.functions());
    for (Entry entry : entries) {
      int counted = entry.sample().outputs().getLast();
      List<Selftest.Outcome> outcomes =
          selftest.run(List.of(entry), (program, kept) -> new OneWrongBit(program, counted), o -> {});
      assertThat(outcomes).as(entry.key()).singleElement().isInstanceOf(Selftest.Wrong.class);
    }
  }

  /// Flips the last bit of the first element of one node, after it was computed.
  private record OneWrongBit(CompiledProgram right, int node) implements CompiledProgram {
    OneWrongBit(Program program, int node) {
      this(new ReferenceExecutor().compile(program), node);
    }

    @Override
    public Program program() {
      return right.program();
    }

    @Override
    public Set<Integer> kept() {
      return right.kept();
    }

    @Override
    public MemoryReport memory() {
      return right.memory();
    }

    @Override
    public void run(long step, StepInputs inputs, StepResults results, NodeObserver observer) {
      right.run(step, inputs, results, observer);
      Tensor t = right.output(node);
      t.setRegister(0, t.getRegister(0) == 0x7fc00000 ? 0 : t.getRegister(0) ^ 1);
    }

    @Override
    public Tensor output(int n) {
      return right.output(n);
    }
  }

  @Test
  void run_executorThatThrows_isAnOutcome() throws IOException {
    Selftest selftest = new Selftest(PublishedDigests.parse("digests.txt", Files.readAllLines(FILE)));
    List<Selftest.Outcome> outcomes = selftest.run(List.of(Catalogue.all().getFirst()), (program, kept) -> {
      throw new IllegalStateException("no such device");
    }, o -> {});
    assertThat(outcomes).singleElement().isInstanceOfSatisfying(Selftest.Failed.class,
        f -> assertThat(f.cause()).hasMessage("no such device"));
  }

  /// Such as a native library that isn't there.
  @Test
  void run_executorThatThrowsAnError_isAnOutcomeAndTheNextCaseRuns() throws IOException {
    Selftest selftest = new Selftest(PublishedDigests.parse("digests.txt", Files.readAllLines(FILE)));
    List<Selftest.Outcome> outcomes = selftest.run(Catalogue.all().subList(0, 2), (program, kept) -> {
      throw new UnsatisfiedLinkError("no such library");
    }, o -> {});
    assertThat(outcomes).hasSize(2).allSatisfy(o -> assertThat(o).isInstanceOfSatisfying(Selftest.Failed.class,
        f -> assertThat(f.cause()).hasMessage("no such library")));
  }

  @Test
  void run_nothingPublished_isWrong() {
    List<Selftest.Outcome> outcomes = new Selftest(PublishedDigests.parse("digests.txt", List.of()))
        .run(List.of(Catalogue.all().getFirst()), new ReferenceExecutor(), o -> {});
    assertThat(outcomes).singleElement().isInstanceOfSatisfying(Selftest.Wrong.class,
        w -> assertThat(w.published()).isEmpty());
  }

  @Test
  void parse_malformedOrRepeatedLine_isRefused() {
    String digest = "0".repeat(64);
    assertThatThrownBy(() -> PublishedDigests.parse("digests.txt", List.of("# x", digest + " primitive/ADD")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 2");
    assertThatThrownBy(() -> PublishedDigests.parse("digests.txt", List.of(digest + "  a/b", digest + "  a/b")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 2: again 'a/b'");
  }

  /// The copy on the class path is the repository's.
  @Test
  void read_whatTheBuildCarries_isTheFile() throws IOException {
    assertThat(TestVectors.lines(PublishedDigests.FILE)).isEqualTo(Files.readAllLines(FILE));
  }
}
