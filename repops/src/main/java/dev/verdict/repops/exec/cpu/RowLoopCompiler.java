package dev.verdict.repops.exec.cpu;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.verdict.repops.exec.cpu.RowPlan.Member;
import dev.verdict.repops.exec.cpu.RowPlan.Place;
import dev.verdict.repops.exec.cpu.RowPlan.Step;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes the loop of a [RowStage] as a hidden class:
///
///     for the next few rows in [from, to):
///       for each member:
///         for each of these rows:
///           where the row begins in each tensor
///           calls of VectorRows for a map; of RowExtremes, RowFold or StrandFold for a fold; arithmetic on local
///             variables where it is of one element
///
/// Of a chain of additions in one row the processor begins the next row's while it waits for it.
final class RowLoopCompiler {
  private static final ClassDesc SEGMENT = ClassDesc.of(MemorySegment.class.getName());
  private static final ClassDesc SELF = ClassDesc.of(RowLoopCompiler.class.getPackageName(), "GeneratedRows");
  private static final ClassDesc ROW_LOOP = ClassDesc.of(RowLoop.class.getName());
  private static final ClassDesc EXTREMES = ClassDesc.of(RowExtremes.class.getName());
  private static final ClassDesc ROW_FOLD = ClassDesc.of(RowFold.class.getName());
  private static final ClassDesc STRAND_FOLD = ClassDesc.of(StrandFold.class.getName());
  private static final ClassDesc MATH = ClassDesc.of(Math.class.getName());
  private static final ClassDesc ELEMENTS = ClassDesc.of(Elements.class.getName());

  /// HotSpot leaves longer methods to the interpreter.
  private static final int MOST_BYTES = 8000;

  /// @param scratch elements that rows of vectors take
  record Code(RowLoop loop, int scratch) {}

  private final RowPlan plan;
  private final List<Member> members;
  private final int atOnce;
  private int scratchElements;

  private RowLoopCompiler(RowPlan plan, int atOnce) {
    this.plan = plan;
    this.members = plan.members();
    this.atOnce = atOnce;
  }

  /// Empty where the code is more than the JIT compiler takes.
  ///
  /// @param atOnce rows that each member computes one after the other
  static Optional<Code> compile(RowPlan plan, int atOnce) {
    RowLoopCompiler compiler = new RowLoopCompiler(plan, atOnce);
    try {
      byte[] bytes = ClassFile.of().build(SELF, compiler::writeClass);
      if (ClassFile.of().parse(bytes).methods().stream().anyMatch(RowLoopCompiler::isTooLong)) {
        return Optional.empty();
      }
      Class<?> generated = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return Optional.of(
          new Code((RowLoop) generated.getDeclaredConstructor().newInstance(), compiler.scratchElements));
    } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError e) {
      throw new IllegalStateException(
          "no JVM code for the rows of node '" + plan.members().getFirst().node().label() + "': " + e.getMessage(), e);
    }
  }

  private static boolean isTooLong(MethodModel method) {
    return method.findAttribute(Attributes.code()).orElseThrow().codeLength() > MOST_BYTES;
  }

  private void writeClass(ClassBuilder c) {
    c.withFlags(AccessFlag.FINAL, AccessFlag.SYNTHETIC);
    c.withInterfaceSymbols(ROW_LOOP);
    c.withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, code -> code
        .aload(0)
        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
        .return_());
    MethodTypeDesc run = MethodTypeDesc.of(
        CD_void, CD_long, SEGMENT.arrayType(), SEGMENT, SEGMENT, CD_long, CD_long);
    c.withMethodBody("run", run, ClassFile.ACC_PUBLIC, code -> new Loop(code).write());
  }

  private final class Loop {
    private final CodeBuilder c;
    private final int[] segments = new int[plan.tensors().size()];
    private final int row;
    private final int count;
    /// Of the rows at once the one that code is now written for, and its number among all.
    private final int u;
    private final int index;
    /// What members of one element have computed: of each so many in a row as there are rows at once.
    private final int scalars;
    /// Local variables with the element at which a row begins.
    private final Map<Place, Integer> at = new HashMap<>();

    Loop(CodeBuilder c) {
      this.c = c;
      this.row = c.allocateLocal(TypeKind.LONG);
      this.count = c.allocateLocal(TypeKind.INT);
      this.u = c.allocateLocal(TypeKind.INT);
      this.index = c.allocateLocal(TypeKind.LONG);
      this.scalars = c.allocateLocal(TypeKind.REFERENCE);
    }

    void write() {
      for (int t = 0; t < segments.length; t++) {
        segments[t] = c.allocateLocal(TypeKind.REFERENCE);
        c.aload(c.parameterSlot(1)).loadConstant(t).aaload().astore(segments[t]);
      }
      c.loadConstant(members.size() * atOnce).newarray(TypeKind.FLOAT).astore(scalars);
      Label loop = c.newLabel();
      Label end = c.newLabel();
      c.lload(c.parameterSlot(4)).lstore(row);
      c.labelBinding(loop).lload(row).lload(c.parameterSlot(5)).lcmp().ifge(end);
      c.loadConstant((long) atOnce).lload(c.parameterSlot(5)).lload(row).lsub();
      c.invokestatic(MATH, "min", MethodTypeDesc.of(CD_long, CD_long, CD_long)).l2i().istore(count);
      for (int m = 0; m < members.size(); m++) {
        forRowsAtOnce(m);
      }
      c.lload(row).loadConstant((long) atOnce).ladd().lstore(row).goto_(loop);
      c.labelBinding(end).return_();
    }

    private void forRowsAtOnce(int m) {
      Label loop = c.newLabel();
      Label end = c.newLabel();
      c.iconst_0().istore(u);
      c.labelBinding(loop).iload(u).iload(count).if_icmpge(end);
      c.lload(row).iload(u).i2l().ladd().lstore(index);
      at.clear();
      for (Place p : members.get(m).inputs()) {
        begin(p);
      }
      begin(members.get(m).out());
      write(m, members.get(m));
      c.iinc(u, 1).goto_(loop).labelBinding(end);
    }

    private void begin(@Nullable Place p) {
      if (p != null && !at.containsKey(p)) {
        int local = c.allocateLocal(TypeKind.LONG);
        if (p.tensor() < 0) {
          c.iload(u).i2l().loadConstant(plan.ownElements()).lmul().loadConstant(p.offset()).ladd();
        } else {
          c.lload(index).loadConstant(p.stride()).lmul();
        }
        c.lstore(local);
        at.put(p, local);
      }
    }

    private int segment(Place p) {
      return p.tensor() < 0 ? c.parameterSlot(2) : segments[p.tensor()];
    }

    /// Puts array and index of a member's only element on the stack.
    private void pushScalar(int m) {
      c.aload(scalars).loadConstant(m * atOnce).iload(u).iadd();
    }

    private void write(int m, Member member) {
      switch (member.step()) {
        case Step.Map map -> {
          if (!member.isScalar()) {
            writeMap(member, map, -1);
            return;
          }
          int local = c.allocateLocal(TypeKind.FLOAT);
          writeMap(member, map, local);
          pushScalar(m);
          c.fload(local).fastore();
        }
        case Step.Fold fold -> {
          int local = c.allocateLocal(TypeKind.FLOAT);
          writeFold(member, fold);
          c.fstore(local);
          pushScalar(m);
          c.fload(local).fastore();
          Place out = member.out();
          if (out != null) {
            c.aload(segment(out)).lload(at.get(out)).fload(local);
            c.invokestatic(ELEMENTS, "storeF32", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, CD_float));
          }
        }
        case Step.Strands strands -> writeStrands(member, strands);
      }
    }

    private void writeMap(Member member, Step.Map map, int result) {
      int inputs = member.inputs().length;
      int[] segment = new int[inputs];
      int[] start = new int[inputs];
      int[] scalar = new int[inputs];
      for (int s = 0; s < inputs; s++) {
        Place p = member.inputs()[s];
        segment[s] = p == null ? -1 : segment(p);
        start[s] = p == null ? -1 : at.get(p);
        scalar[s] = -1;
        if (member.scalars()[s] >= 0) {
          scalar[s] = c.allocateLocal(TypeKind.FLOAT);
          pushScalar(member.scalars()[s]);
          c.faload().fstore(scalar[s]);
        }
      }
      Place out = member.out();
      int rows = KernelCompiler.inline(map.plan(), c, new KernelCompiler.Places(segment, start, scalar,
          out == null ? -1 : segment(out), out == null ? -1 : at.get(out), result, member.isStored(),
          map.isInPlace(), c.parameterSlot(0), c.parameterSlot(3)));
      scratchElements = Math.max(scratchElements, rows * VectorRows.whole(map.plan().strip()));
    }

    private void writeFold(Member member, Step.Fold fold) {
      FoldStep step = fold.step();
      pushRow(member, fold.plan(), step.a());
      boolean product = step.kind() == FoldStep.Kind.PRODUCT;
      if (product) {
        pushRow(member, fold.plan(), step.b());
      }
      c.loadConstant(fold.plan().redDims()[0]);
      c.loadConstant(Float.intBitsToFloat(fold.plan().node().initBits()));
      ClassDesc owner = switch (step.kind()) {
        case MAX, MIN -> EXTREMES;
        case SUM, PRODUCT -> ROW_FOLD;
      };
      String name = switch (step.kind()) {
        case MAX -> "max";
        case MIN -> "min";
        case SUM -> "sum";
        case PRODUCT -> "product";
      };
      c.invokestatic(owner, name, product
          ? MethodTypeDesc.of(CD_float, SEGMENT, CD_long, SEGMENT, CD_long, CD_long, CD_float)
          : MethodTypeDesc.of(CD_float, SEGMENT, CD_long, CD_long, CD_float));
    }

    private void writeStrands(Member member, Step.Strands strands) {
      StrandFold fold = strands.fold();
      Place out = Objects.requireNonNull(member.out());
      c.aload(segment(out)).lload(at.get(out));
      pushRow(member, strands.plan(), fold.a());
      if (fold.isProduct()) {
        pushRow(member, strands.plan(), fold.b());
      }
      c.loadConstant(fold.blocks()).loadConstant((int) strands.plan().redDims()[0]).loadConstant(fold.init());
      c.invokestatic(STRAND_FOLD, fold.isProduct() ? "multiplyAddRow" : "addRow", fold.isProduct()
          ? MethodTypeDesc.of(CD_void, SEGMENT, CD_long, SEGMENT, CD_long, SEGMENT, CD_long, CD_int, CD_int, CD_float)
          : MethodTypeDesc.of(CD_void, SEGMENT, CD_long, SEGMENT, CD_long, CD_int, CD_int, CD_float));
    }

    /// An input's segment, and the element from which a fold reads it.
    private void pushRow(Member member, NodePlan plan, int input) {
      Place p = Objects.requireNonNull(member.inputs()[input]);
      c.aload(segment(p)).lload(at.get(p)).loadConstant(plan.access(input).offset()).ladd();
    }
  }
}
