"""How fast, how often, how long and for how much a model behind a network is asked."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random

import anyio
import msgspec

from kijun.errors import ModelError
from kijun.records import Completed, Failed, Generate, Refused, Request, Response, Truncated

__all__ = ["Budget", "Limits", "Patience", "Throttle", "most_tokens", "tokens_of"]

_FIRST_CONCURRENCY = 16
_BACK_OFF = 0.6
_OVERHEAD_TOKENS = 16


class Patience(msgspec.Struct, frozen=True):
    """When to ask again, all times in seconds.

    Attributes:
        attempts: how often a request is asked in all; being told to slow down does not count.
        first_wait: upper end of the first random wait; it doubles each time.
        longest_wait: no wait is longer, unless the provider asks for it.
        throttled_for: how long a request that is told to slow down goes on trying.
        timeout: a call that takes longer is given up.
        gone_after: so many requests in a row without any answer, each after all its attempts, and the run stops.
    """

    attempts: int = 8
    first_wait: float = 1.0
    longest_wait: float = 60.0
    throttled_for: float = 1800.0
    timeout: float = 600.0
    gone_after: int = 10


class Throttle:
    """How many calls may be under way at once at one account; found out by trying.

    It doubles with each round of clean answers until the first complaint, then grows by one a round. A complaint takes
    it down to 0.6 of what it was, once for all calls that were under way together (additive increase, multiplicative
    decrease, as TCP does it). ``Retry-After`` stops all calls of the account for as long.
    """

    def __init__(
        self, most: int, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._most, self._clock, self._sleep = most, clock, sleep
        self.limit = float(min(most, _FIRST_CONCURRENCY))
        self._doubling = True
        self._active = 0
        self._waiting: deque[anyio.Event] = deque()
        self._stopped_until = -math.inf
        self._complained = -math.inf

    async def enter(self) -> float:
        """Waits for a free place; returns the time at which it was given, which `leave` wants back."""
        while True:
            if (wait := self._stopped_until - self._clock()) > 0:
                await self._sleep(wait)
            elif self._active >= int(self.limit):
                turn = anyio.Event()
                self._waiting.append(turn)
                await turn.wait()
            else:
                self._active += 1
                return self._clock()

    def leave(self, entered: float, *, clean: bool, failed: bool, complaint: bool, wait: float | None) -> None:
        """Gives the place back and says how it went.

        Args:
            clean: an answer came.
            failed: no answer, which says nothing against asking on; without either the call was cut short.
            complaint: the provider asked for less, or nothing came in time.
            wait: seconds that the provider asks to wait.
        """
        self._active -= 1
        if not (clean or complaint or failed):
            # The run is being stopped: nobody else may begin.
            return
        now = self._clock()
        if complaint:
            if entered > self._complained:
                self.limit = max(1.0, self.limit * _BACK_OFF)
                self._complained, self._doubling = now, False
            if wait is not None:
                self._stopped_until = max(self._stopped_until, now + wait)
        elif clean:
            self.limit = min(self._most, self.limit + (1.0 if self._doubling else 1.0 / self.limit))
        free = int(self.limit) - self._active
        while self._waiting and free > 0:
            self._waiting.popleft().set()
            free -= 1


class Budget:
    """What may be spent, in tokens and in money. The most that calls under way could cost is set aside for them.

    Args:
        most_cost: in the currency of `price`; None is no limit.
        most_tokens: in and out together; None is no limit.
        price: of a million tokens, in and out.
        reasoning_tokens: that a model may think beside its answer.
        before: what counts against the same limits.

    Attributes:
        answers: requests of all rounds, answered before or now.
        timed, seconds: answers of this process, and how long they took from being sent to being there, one after the
            other; waiting for one's turn is not counted.
    """

    def __init__(
        self,
        *,
        most_cost: float | None = None,
        most_tokens: int | None = None,
        price: tuple[float, float] | None = None,
        reasoning_tokens: int = 0,
        before: Sequence[Budget] = (),
    ) -> None:
        self._before = tuple(before)
        self._most_cost, self._most_tokens, self._price = most_cost, most_tokens, price or (0.0, 0.0)
        self._reasoning = reasoning_tokens
        self.tokens_in = self.tokens_out = 0
        self.answers = self.timed = 0
        self.seconds = 0.0
        self._held_in = self._held_out = 0
        self._settled = anyio.Event()

    def following(self, before: Sequence[Budget], price: tuple[float, float] | None, reasoning_tokens: int) -> Budget:
        """A budget under the same limits, for another model that is asked after what `before` has been spent on."""
        return Budget(
            most_cost=self._most_cost,
            most_tokens=self._most_tokens,
            price=price,
            reasoning_tokens=reasoning_tokens,
            before=before,
        )

    @property
    def limits_cost(self) -> bool:
        """Whether there is a limit in money."""
        return self._most_cost is not None

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self._most_cost is not None or self._most_tokens is not None

    @property
    def cost(self) -> float:
        """What has been spent."""
        return self.cost_of(self.tokens_in, self.tokens_out)

    @contextmanager
    def timing(self, answers: int) -> Iterator[None]:
        """Takes the time of some answers, where they come."""
        started = time.monotonic()
        yield
        self.seconds += time.monotonic() - started
        self.timed += answers

    async def admit(self, request: Request) -> bool:
        """Sets aside what the request could cost; waits for calls under way where only they stand against it."""
        tokens = most_tokens(request, self._reasoning)
        while not self._fits(self._held_in + tokens[0], self._held_out + tokens[1]):
            if not (self._held_in or self._held_out) or not self._fits(*tokens):
                return False
            await self._settled.wait()
        self._held_in += tokens[0]
        self._held_out += tokens[1]
        return True

    def settle(self, request: Request, response: Response) -> None:
        """Gives back what was set aside, and counts what was spent."""
        tokens = most_tokens(request, self._reasoning)
        self._held_in -= tokens[0]
        self._held_out -= tokens[1]
        self.count(response)
        self._settled.set()
        self._settled = anyio.Event()

    def count(self, response: Response) -> None:
        """Counts what an answer has cost."""
        spent = tokens_of(response)
        self.tokens_in += spent[0]
        self.tokens_out += spent[1]

    def _fits(self, more_in: int, more_out: int) -> bool:
        tokens_in, tokens_out = self.tokens_in + more_in, self.tokens_out + more_out
        tokens = tokens_in + tokens_out + sum(one.tokens_in + one.tokens_out for one in self._before)
        if self._most_tokens is not None and tokens > self._most_tokens:
            return False
        cost = self.cost_of(tokens_in, tokens_out) + sum(one.cost for one in self._before)
        return self._most_cost is None or cost <= self._most_cost

    def cost_of(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost."""
        return (tokens_in * self._price[0] + tokens_out * self._price[1]) / 1e6

    def why_not(self) -> str:
        """Which limit stands against asking on."""
        reached = f"{self.tokens_in + self.tokens_out} tokens used"
        if self._most_cost is not None:
            return f"not asked: --max-cost {self._most_cost:g} would be passed ({self.cost:.4g} spent, {reached})"
        return f"not asked: --max-tokens-total {self._most_tokens} would be passed ({reached})"


def most_tokens(request: Request, reasoning_tokens: int = 0) -> tuple[int, int]:
    """Upper bounds of tokens in and out: a token has at least one byte of UTF-8."""
    if isinstance(request, Generate):
        texts = [turn.content for turn in request.messages] or [request.context]
        out = request.sampling.max_tokens + reasoning_tokens
    else:
        texts, out = [request.context, request.continuation], 1
    return sum(len(text.encode()) + _OVERHEAD_TOKENS for text in texts), out


def tokens_of(response: Response) -> tuple[int, int]:
    """Tokens in and out that the provider counted."""
    if isinstance(response, Completed | Truncated | Refused):
        return response.prompt_tokens or 0, response.completion_tokens or 0
    return 0, 0


class Limits:
    """What holds for all calls of a process: one throttle an account, one patience, one clock.

    Args:
        patience: when to ask again.
        clock: seconds that never go back.
        sleep: waits.
        random: of the waits.
    """

    def __init__(
        self,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        random: Random | None = None,
    ) -> None:
        self.patience = patience
        self._clock, self._sleep, self._random = clock, sleep, random or Random()
        self._throttles: dict[str, Throttle] = {}
        self._lost_in_a_row = 0

    def throttle(self, account: str, most: int) -> Throttle:
        """The throttle of an account, made at the first call."""
        if account not in self._throttles:
            self._throttles[account] = Throttle(most, clock=self._clock, sleep=self._sleep)
        return self._throttles[account]

    async def ask(self, call: Callable[[], Awaitable[Response]], throttle: Throttle) -> Response:
        """The response to one request, asked again as long as that may help.

        Raises:
            ModelError: nothing has come back for a long time from anywhere.
        """
        attempt, began = 0, self._clock()
        while True:
            response = await self._once(call, throttle)
            if not (isinstance(response, Failed) and response.retryable):
                self._lost_in_a_row = 0
                return response
            if response.throttled and self._clock() - began < self.patience.throttled_for:
                await self._sleep(self._wait(min(attempt, 3)))
                continue
            attempt += 1
            if attempt >= self.patience.attempts:
                return self._lost(response, attempt)
            await self._sleep(self._wait(attempt - 1))

    async def _once(self, call: Callable[[], Awaitable[Response]], throttle: Throttle) -> Response:
        entered = await throttle.enter()
        response: Response | None = None
        late = False
        try:
            with anyio.move_on_after(self.patience.timeout) as scope:
                response = await call()
            if response is None:
                late = scope.cancelled_caught
                response = Failed(f"no answer within {self.patience.timeout:g} s", retryable=True)
            return response
        finally:
            failed = response if isinstance(response, Failed) else None
            throttle.leave(
                entered,
                clean=response is not None and failed is None,
                failed=failed is not None,
                complaint=late or (failed is not None and failed.throttled),
                wait=failed.retry_after if failed is not None else None,
            )

    def _wait(self, doublings: int) -> float:
        # "Full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        longest = min(self.patience.longest_wait, self.patience.first_wait * 2.0**doublings)
        return self._random.uniform(0.0, longest)

    def _lost(self, response: Failed, attempts: int) -> Failed:
        self._lost_in_a_row += 1
        if self._lost_in_a_row >= self.patience.gone_after:
            raise ModelError(
                f"{self._lost_in_a_row} requests in a row have failed after {attempts} attempts each, the last with: "
                f"{response.reason}",
                retryable=True,
            )
        return Failed(f"{response.reason} ({attempts} attempts)", retryable=True)
