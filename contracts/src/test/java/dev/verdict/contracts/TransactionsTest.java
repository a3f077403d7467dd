package dev.verdict.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TransactionsTest {
  private static final BigInteger ONE_WEI = BigInteger.ONE;

  private TestChain chain;

  @BeforeEach
  void startNode() {
    chain = TestChain.start();
  }

  @AfterEach
  void stopNode() {
    chain.close();
  }

  private static TransactionRequest pay(long wei) {
    return TransactionRequest.transfer(TestChain.NOBODY, BigInteger.valueOf(wei));
  }

  @Test
  void send_transfer_arrivesAndTellsItsCost() {
    Transactions sender = chain.sender(0);
    BigInteger before = chain.client.balance(sender.account());

    Receipt receipt = sender.send(pay(5));

    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(5));
    assertThat(chain.client.balance(sender.account()))
        .isEqualTo(before.subtract(BigInteger.valueOf(5)).subtract(receipt.feeWei()));
    Block block = chain.client.block(receipt.blockNumber()).orElseThrow();
    assertThat(receipt.blockHash()).isEqualTo(block.hash());
    assertThat(chain.client.successfulReceipt(receipt.txHash())).contains(receipt);
  }

  @Test
  void send_manyThreadsAtOnce_noneLostNoneTwice() throws Exception {
    Transactions sender = chain.sender(0);
    int count = 40;
    List<Callable<Receipt>> tasks = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      long wei = i;
      tasks.add(() -> sender.send(pay(wei)));
    }
    TreeSet<Digest> hashes = new TreeSet<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(20)) {
      for (Future<Receipt> done : pool.invokeAll(tasks)) {
        hashes.add(done.get().txHash());
      }
    }
    assertThat(hashes).hasSize(count);
    assertThat(chain.client.minedNonce(sender.account())).isEqualTo(count);
    assertThat(chain.client.balance(TestChain.NOBODY))
        .isEqualTo(BigInteger.valueOf(count * (count + 1) / 2));
  }

  @Test
  void send_somebodyElseUsesTheKeyMeanwhile_findsAFreeNonce() {
    // Watching its own for confirmations, it counts by itself instead of asking the node.
    Transactions one = chain.sender(0, TestChain.patientPolicy().withConfirmations(100));
    Transactions other = chain.sender(0);
    for (int i = 1; i <= 10; i++) {
      one.send(pay(i));
      other.send(pay(100 * i));
      other.send(pay(100 * i));
    }
    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(55 * 201));
    assertThat(chain.client.minedNonce(one.account())).isEqualTo(30);
  }

  @Test
  void send_refusedByTheContract_burnsNoNonceAndSaysWhy() {
    Transactions sender = chain.sender(0);
    StakeVaultGateway vault = chain.vault(sender, TestChain.NOBODY);
    long before = chain.client.minedNonce(sender.account());

    ContractRevertedException refusal =
        catchThrowableOfType(
            ContractRevertedException.class,
            () -> sender.send(vault.requestWithdrawal(BigInteger.TEN)));

    assertThat(refusal.name()).isEqualTo("InsufficientFree");
    assertThat(refusal.argument("account")).contains(sender.account());
    assertThat(refusal.argument("actualWei")).contains(BigInteger.ZERO);
    assertThat(refusal.argument("expectedWei")).contains(BigInteger.TEN);
    assertThat(refusal.transactionHash()).isEmpty();
    assertThat(refusal)
        .hasMessageContaining("StakeVault.requestWithdrawal")
        .hasMessageContaining("nothing was sent");
    assertThat(chain.client.pendingNonce(sender.account())).isEqualTo(before);
    sender.send(pay(1));
    assertThat(chain.client.minedNonce(sender.account())).isEqualTo(before + 1);
  }

  @Test
  void send_minedAndReverted_saysWhyFromTheReplay() {
    Transactions sender = chain.sender(0);
    StakeVaultGateway vault = chain.vault(sender, TestChain.NOBODY);

    ContractRevertedException refusal =
        catchThrowableOfType(
            ContractRevertedException.class,
            () -> sender.send(vault.requestWithdrawal(BigInteger.TEN).withGasLimit(200_000)));

    assertThat(refusal.name()).isEqualTo("InsufficientFree");
    assertThat(refusal.transactionHash()).isPresent();
    sender.send(pay(1));
  }

  @Test
  void send_minedAndOutOfGas_saysSo() {
    Transactions sender = chain.sender(0);
    StakeVaultGateway vault = chain.vault(sender, TestChain.NOBODY);

    ContractRevertedException refusal =
        catchThrowableOfType(
            ContractRevertedException.class,
            () -> sender.send(vault.deposit(ONE_WEI).withGasLimit(22_000)));

    assertThat(refusal.name()).isEqualTo("OutOfGas");
  }

  @Test
  void send_refusedByTheNode_burnsNoNonce() {
    Transactions sender = chain.sender(0);
    BigInteger tooMuch = TestChain.ETHER.multiply(BigInteger.valueOf(1_000_000));

    assertThatThrownBy(
            () ->
                sender.send(
                    TransactionRequest.transfer(TestChain.NOBODY, tooMuch).withGasLimit(21_000)))
        .isInstanceOfSatisfying(
            TransactionFailedException.class,
            e ->
                assertThat(e.reason())
                    .isEqualTo(TransactionFailedException.Reason.INSUFFICIENT_FUNDS))
        .hasMessageContaining("fund it");
    sender.send(pay(1));

    assertThat(chain.client.minedNonce(sender.account())).isOne();
  }

  @Test
  void send_observerThrows_nothingGoesOut() {
    Transactions sender = chain.sender(0);

    assertThatThrownBy(
            () ->
                sender.submit(
                    pay(1),
                    broadcast -> {
                      throw new IllegalStateException("the journal is full");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(chain.client.pendingNonce(sender.account())).isZero();
    sender.send(pay(1));
  }

  @Test
  void submit_notMined_offersMoreUpToTheCap() throws Exception {
    BigInteger gwei = BigInteger.TEN.pow(9);
    chain.node.setAutomine(false);
    SendPolicy policy =
        SendPolicy.development()
            .withResendAfter(1000, Duration.ofMillis(150))
            .withMaxFeePerGas(gwei.multiply(BigInteger.valueOf(6)));
    Transactions sender = chain.sender(0, policy);
    List<Broadcast> journal = Collections.synchronizedList(new ArrayList<>());

    PendingTransaction pending = sender.submit(pay(7), journal::add);
    while (pending.versions().size() < 3) {
      Thread.sleep(20);
    }
    Thread.sleep(1500);
    List<Broadcast> versions = pending.versions();
    chain.node.mine(1);
    Receipt receipt = pending.await(Duration.ofSeconds(10));

    // 3 gwei to begin with, 13 % more each time, never beyond 6: three, four, five or six versions.
    assertThat(versions).hasSizeBetween(3, 7).isEqualTo(List.copyOf(journal));
    assertThat(versions).extracting(Broadcast::nonce).containsOnly(0L);
    assertThat(versions)
        .extracting(Broadcast::txHash)
        .doesNotHaveDuplicates()
        .contains(receipt.txHash());
    assertThat(receipt.effectiveGasPrice()).isLessThanOrEqualTo(policy.maxFeePerGasWei());
    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(7));
  }

  @Test
  void submit_droppedByTheNode_isSentAgain() throws Exception {
    chain.node.setAutomine(false);
    SendPolicy policy =
        SendPolicy.development()
            .withResendAfter(1000, Duration.ofMillis(300))
            .withMaxFeePerGas(BigInteger.TEN.pow(10));
    Transactions sender = chain.sender(0, policy);
    PendingTransaction pending = sender.submit(pay(3));
    chain.node.drop(pending.txHash());
    assertThat(chain.client.knows(pending.txHash())).isFalse();
    chain.node.setAutomine(true);

    pending.await(Duration.ofSeconds(10));

    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(3));
  }

  @Test
  void submit_reorganisationDropsIt_isSentAgainUntilConfirmed() throws Exception {
    Transactions sender = chain.sender(0, TestChain.patientPolicy().withConfirmations(3));
    chain.node.mine(3);
    PendingTransaction pending = sender.submit(pay(9));
    Receipt first = pending.await(Duration.ofSeconds(10));

    chain.node.reorg(2);

    while (chain.client.balance(TestChain.NOBODY).signum() == 0) {
      Thread.sleep(10);
    }
    chain.node.mine(3);
    Receipt last = pending.awaitConfirmed(Duration.ofSeconds(10));
    assertThat(last.txHash()).isEqualTo(first.txHash());
    assertThat(last.blockHash()).isNotEqualTo(first.blockHash());
    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(9));
    assertThat(chain.client.minedNonce(sender.account())).isOne();
  }

  @Test
  void submit_reorganisationDropsWhatWasConfirmedToo_isMinedBehindIt() throws Exception {
    Transactions sender = chain.sender(0, SendPolicy.development().withConfirmations(1));
    chain.node.mine(3);
    PendingTransaction settled = sender.submit(pay(4));
    settled.await(Duration.ofSeconds(10));
    PendingTransaction last = sender.submit(pay(5));
    last.await(Duration.ofSeconds(10));
    settled.awaitConfirmed(Duration.ofSeconds(10));

    chain.node.reorg(2);

    for (int i = 0; i < 400 && chain.client.minedNonce(sender.account()) < 2; i++) {
      chain.node.mine(1);
      pause(25);
    }
    assertThat(chain.client.minedNonce(sender.account())).isEqualTo(2);
    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(9));
  }

  @Test
  void submit_afterAReorganisation_givesOutNoNonceTwice() throws Exception {
    Transactions sender = chain.sender(0, TestChain.patientPolicy().withConfirmations(3));
    chain.node.mine(3);
    sender.submit(pay(1)).await(Duration.ofSeconds(10));
    chain.node.reorg(1);

    PendingTransaction next = sender.submit(pay(2));

    assertThat(next.nonce()).isOne();
    next.await(Duration.ofSeconds(10));
    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(3));
  }

  @Test
  void submit_anotherTransactionTakesItsNonce_fails() {
    chain.node.setAutomine(false);
    Transactions sender = chain.sender(0, TestChain.patientPolicy());
    PendingTransaction pending = sender.submit(pay(1));
    chain.node.drop(pending.txHash());
    Transactions other = chain.sender(0);
    chain.node.setAutomine(true);
    assertThat(other.submit(pay(2)).nonce()).isEqualTo(pending.nonce());

    // Each new block is a look at the chain.
    for (int i = 0; i < 40; i++) {
      chain.node.mine(1);
      pause(30);
    }

    assertThatThrownBy(() -> pending.await(Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            TransactionFailedException.class,
            e -> assertThat(e.reason()).isEqualTo(TransactionFailedException.Reason.NONCE_TAKEN));
  }

  @Test
  void resume_afterARestart_isMinedOnce() throws Exception {
    List<Broadcast> journal = new ArrayList<>();
    chain.node.setAutomine(false);
    PendingTransaction before;
    try (Transactions killed =
        Transactions.open(chain.client, chain.node.account(0), TestChain.patientPolicy())) {
      before = killed.submit(pay(11), journal::add);
    }
    assertThatThrownBy(() -> before.await(Duration.ofSeconds(1))).hasMessageContaining("closed");
    chain.node.drop(before.txHash());
    chain.node.setAutomine(true);

    Transactions sender = chain.sender(0);
    Receipt receipt = sender.resume(pay(11), journal, journal::add).await(Duration.ofSeconds(10));
    Receipt again = sender.resume(pay(11), journal, journal::add).await(Duration.ofSeconds(10));

    assertThat(again).isEqualTo(receipt);
    assertThat(chain.client.balance(TestChain.NOBODY)).isEqualTo(BigInteger.valueOf(11));
  }

  @Test
  void await_notMinedInTime_saysThatItIsStillUnderWay() {
    chain.node.setAutomine(false);
    Transactions sender =
        chain.sender(0, TestChain.patientPolicy().withPatience(Duration.ofMillis(200)));
    assertThatThrownBy(() -> sender.send(pay(1)))
        .isInstanceOfSatisfying(
            TransactionFailedException.class,
            e ->
                assertThat(e.reason())
                    .isEqualTo(TransactionFailedException.Reason.NOT_MINED_IN_TIME));
  }

  @Test
  void send_needsMoreGasThanATransactionMay_isRefused() {
    Transactions sender = chain.sender(0);
    // JUMPDEST PUSH0 JUMP in creation code: never ends.
    assertThatThrownBy(
            () -> sender.send(TransactionRequest.create("loop", new byte[] {0x5b, 0x5f, 0x56})))
        .isInstanceOf(ChainException.class);
    assertThat(chain.client.pendingNonce(sender.account())).isZero();
  }

  @Test
  void submit_afterClose_isRefused() {
    Transactions sender = chain.sender(0);
    sender.close();
    assertThatThrownBy(() -> sender.submit(pay(1)))
        .isInstanceOfSatisfying(
            TransactionFailedException.class,
            e -> assertThat(e.reason()).isEqualTo(TransactionFailedException.Reason.ABANDONED));
  }

  @Test
  void sign_beforeEip1559_isMinedToo() throws Exception {
    Signer signer = chain.node.account(0);
    Fees price = new Fees.Legacy(BigInteger.TEN.pow(10));
    Broadcast legacy =
        TransactionSigning.sign(signer, chain.client.chainId(), pay(6), 0, BigInteger.valueOf(21_000), price);

    assertThat(chain.client.broadcast(legacy.raw())).isEmpty();

    while (chain.client.receipt(legacy.txHash()).isEmpty()) {
      Thread.sleep(10);
    }
    assertThat(chain.client.successfulReceipt(legacy.txHash()).orElseThrow().effectiveGasPrice())
        .isEqualTo(BigInteger.TEN.pow(10));
  }

  @Test
  void bumped_legacyFees_growUntilTheCap() {
    SendPolicy policy = SendPolicy.development().withMaxFeePerGas(BigInteger.valueOf(120));
    Block beforeEip1559 =
        new Block(1, Digest.ZERO, Digest.ZERO, 0, BigInteger.TEN.pow(7), Optional.empty());
    Fees low = new Fees.Legacy(BigInteger.valueOf(100));
    Fees bumped = Fees.bumped(low, chain.client, beforeEip1559, policy).orElseThrow();
    assertThat(((Fees.Legacy) bumped).gasPriceWei()).isBetween(BigInteger.valueOf(114), BigInteger.valueOf(120));
    assertThat(Fees.bumped(bumped, chain.client, beforeEip1559, policy)).isEmpty();
  }

  @Test
  void simulate_transferToNobody_returnsNothing() {
    Account from = chain.node.account(0).account();
    assertThat(
            chain.client.simulate(from, pay(1), BigInteger.valueOf(21_000), OptionalLong.empty()))
        .isEmpty();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
