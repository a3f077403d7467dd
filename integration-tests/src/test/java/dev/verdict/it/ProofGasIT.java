package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.demo.Model;
import dev.verdict.it.testing.DisputedRun;
import dev.verdict.it.testing.Network;
import dev.verdict.it.testing.ProofCalldata;
import dev.verdict.it.testing.SmallModels;
import dev.verdict.learning.data.CharacterText;
import dev.verdict.learning.data.FashionMnist;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.conformance.Catalogue;
import dev.verdict.repops.conformance.Entry;
import dev.verdict.repops.conformance.Sample;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCommitment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// No proof costs more than promised, whichever node of whichever model it is about.
///
/// What proofs of all nodes cost is bounded from their programs; the dearest of them, and those whose bodies execute
/// longest, are played out on a chain.
@Timeout(300)
class ProofGasIT {
  private static final long MOST_OF_A_PROOF = 300_000;
  private static final int PLAYED_OF_A_MODEL = 6;
  private static final int PLAYED_OF_THE_CATALOGUE = 8;
  private static final long STEPS = 3;

  @Test
  void proof_aboutAnyNodeOfTheDemosModels_isBoundedByTheProgram() {
    for (Model model : Model.values()) {
      Program program = model.assignment(new DataOfTheRightSizes(), 1).job().program();
      List<ProofCalldata.Place> places = places(program);
      places.sort(Comparator.comparingLong(ProofCalldata.Place::gas).reversed());
      Map<String, Long> dearest = new LinkedHashMap<>();
      places.forEach(p -> dearest.putIfAbsent(program.nodes().get(p.node()).label(), p.gas()));
      System.out.println("gas bound: " + model + ", " + places.size() + " nodes: " + dearest);
      assertThat(places).allSatisfy(place -> assertThat(place.gas())
          .as("%s, %s %s", model, place, program.nodes().get(place.node())).isLessThanOrEqualTo(MOST_OF_A_PROOF));
    }
  }

  /// The demo's, but blank images for Fashion-MNIST, which doesn't come with the project: programs are about shapes.
  private record DataOfTheRightSizes() implements Model.Data {
    @Override
    public LabelledImages digits() {
      return SmallModels.digits();
    }

    @Override
    public FashionMnist fashion() {
      return new FashionMnist(blank(60_000), blank(10_000));
    }

    private static LabelledImages blank(long rows) {
      return new LabelledImages(
          Tensor.zeros(DType.U8, Shape.of(rows, FashionMnist.SIDE * FashionMnist.SIDE)),
          Tensor.zeros(DType.U8, Shape.of(rows)));
    }

    @Override
    public CharacterText sonnets() {
      return SmallModels.sonnets();
    }
  }

  private static List<ProofCalldata.Place> places(Program program) {
    ProgramCommitment commitment = ProgramCommitment.of(program);
    List<ProofCalldata.Place> places = new ArrayList<>();
    for (int node = 0; node < program.nodes().size(); node++) {
      places.add(ProofCalldata.dearest(commitment, node));
    }
    return places;
  }

  /// What a body takes to execute, roughly: an elementary function is worth several other instructions.
  private static long work(Node node) {
    return node.body().stream().mapToLong(i -> i.op().isElementary() ? 4 : i.op() == Opcode.FMA ? 2 : 1).sum();
  }

  private static Set<ProofCalldata.Place> worthPlaying(Program program, int count) {
    List<ProofCalldata.Place> places = places(program);
    Set<ProofCalldata.Place> chosen = new LinkedHashSet<>();
    places.stream().sorted(Comparator.comparingLong(ProofCalldata.Place::gas).reversed()).limit(count)
        .forEach(chosen::add);
    places.stream().sorted(Comparator.comparingLong(
        (ProofCalldata.Place p) -> work(program.nodes().get(p.node()))).reversed()).limit(count).forEach(chosen::add);
    return chosen;
  }

  @Test
  void proof_aboutTheDearestNodesOfModels_costsNoMoreThanPromised() {
    Map<String, TrainingJob> jobs = new LinkedHashMap<>();
    jobs.put("llama", SmallModels.llama(STEPS, 2, 1));
    jobs.put("gpt", SmallModels.gpt(STEPS, 2, 1));
    jobs.put("convnet", SmallModels.convnet(STEPS, 2, 1));
    try (Network network = funded()) {
      jobs.forEach((name, job) -> play(network, name, job, worthPlaying(job.program(), PLAYED_OF_A_MODEL)));
    }
  }

  /// Of all operators' nodes, those that are dearest by calldata and those that execute longest.
  @Test
  void proof_aboutTheDearestNodesOfTheCatalogue_costsNoMoreThanPromised() {
    record Candidate(Entry entry, ProofCalldata.Place place, long work) {}

    List<Candidate> all = new ArrayList<>();
    for (Entry entry : Catalogue.all()) {
      Program program = entry.sample().program();
      for (ProofCalldata.Place place : places(program)) {
        all.add(new Candidate(entry, place, work(program.nodes().get(place.node()))));
      }
    }
    assertThat(all).hasSizeGreaterThan(300);
    Map<Entry, Set<ProofCalldata.Place>> chosen = new LinkedHashMap<>();
    for (Comparator<Candidate> order : List.<Comparator<Candidate>>of(
        Comparator.comparingLong(c -> c.place().gas()), Comparator.comparingLong(Candidate::work))) {
      all.stream().sorted(order.reversed()).limit(PLAYED_OF_THE_CATALOGUE)
          .forEach(c -> chosen.computeIfAbsent(c.entry(), e -> new LinkedHashSet<>()).add(c.place()));
    }
    System.out.println("gas bound: " + all.size() + " nodes of the catalogue, at most "
        + all.stream().mapToLong(c -> c.place().gas()).max().orElseThrow());
    assertThat(all).allSatisfy(c -> assertThat(c.place().gas()).as(c.entry().key())
        .isLessThanOrEqualTo(MOST_OF_A_PROOF));
    try (Network network = funded()) {
      chosen.forEach((entry, places) -> {
        Sample sample = entry.sample();
        TrainingJob job = new TrainingJob(sample.program(),
            new StepInputs(sample.runs().getFirst().states(), List.of(), List.of()), STEPS, 2);
        play(network, entry.key(), job, places);
      });
    }
  }

  private static Network funded() {
    Network network = Network.anvil();
    network.deposit(Network.ETHER, Network.SUBMITTER, Network.SOLVER, Network.VERIFIER);
    return network;
  }

  private static void play(Network network, String name, TrainingJob job, Set<ProofCalldata.Place> places) {
    DisputedRun run = DisputedRun.post(network, job, name);
    for (ProofCalldata.Place place : places) {
      DisputedRun.Game game = run.aboutElement(1, place.node(), place.element(), place.position());
      System.out.println("gas: " + name + ", " + game.about() + ": " + game.proofGas() + ", calldata at most "
          + place.gas());
      assertThat(game.moves()).as("%s %s", name, game).allSatisfy(cost -> assertThat(cost.gas()).as(cost.move())
          .isLessThanOrEqualTo(MOST_OF_A_PROOF));
    }
  }
}
