using DpsPortal.Services;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>
/// A page or panel that shows what the services say and follows it: it reads when it opens, when what it shows is another thing,
/// when the feed says so, and every half minute, so that old data on screen means the reading fails.
/// </summary>
public abstract partial class LiveComponent : ComponentBase, IDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClickLasts = TimeSpan.FromMilliseconds(600);

    private readonly CancellationTokenSource _leaving = new();
    private readonly ReaderCulture _culture = new();
    private IDisposable? _subscription;
    private ITimer? _timer;
    private object? _shown;
    private DateTimeOffset _lastRead;
    private int _readings;
    private bool _changedMeanwhile;
    private DateTimeOffset? _lastFollowed;
    private ITimer? _following;

    protected LiveComponent() => Leaving = _leaving.Token;

    [Inject] private IPortalChanges Changes { get; set; } = null!;

    [Inject] private NavigationManager Navigator { get; set; } = null!;

    [Inject] private ILogger<LiveComponent> Logger { get; set; } = null!;

    [Inject] protected TimeProvider Clock { get; set; } = null!;

    [CascadingParameter] public Person Person { get; set; } = null!;

    protected DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Taken once: a reading may go on after the component has gone, and must be told so then.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>What is shown, when that can change under it; a different value makes it read anew. A page whose path changes is another page.</summary>
    protected virtual object? Subject => null;

    /// <summary>How old a reading may become; at every tick, one that is older is made again.</summary>
    protected virtual TimeSpan ReadAgainAfter => TimeSpan.FromSeconds(30);

    /// <summary>How long the feed's changes wait for another since the last was followed; what came then is read once, at the end.</summary>
    protected virtual TimeSpan FollowAgainAfter => TimeSpan.Zero;

    protected abstract bool Concerns(PortalChange change);

    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected virtual void Tick() { }

    protected bool IsStale(DateTimeOffset readAt) => Freshness.IsStale(readAt, Now);

    protected override void OnInitialized()
    {
        _subscription = Changes.Subscribe(changes =>
        {
            if (changes.Any(Concerns))
            {
                OnCircuit(FollowAsync);
            }
        });
        _timer = Clock.CreateTimer(_ => OnCircuit(TickAsync), null, TickEvery, TickEvery);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown is null || !Equals(_shown, Subject ?? this))
        {
            _shown = Subject ?? this;
            await RefreshAsync();
        }
    }

    protected async Task RefreshAsync()
    {
        _lastRead = Now;
        _readings++;
        try
        {
            await ReadAsync(Leaving);
        }
        finally
        {
            _readings--;
        }

        if (_leaving.IsCancellationRequested)
        {
            return;
        }

        StateHasChanged();
        if (_changedMeanwhile && _readings == 0)
        {
            _changedMeanwhile = false;
            await RefreshAsync();
        }
    }

    /// <summary>
    /// A newer reading takes the place of an earlier one, so one that is slow must be let finish: were it begun anew at each change and
    /// tick, nothing would ever be shown.
    /// </summary>
    private Task FollowAsync()
    {
        if (_following is not null)
        {
            return Task.CompletedTask;
        }

        if (_lastFollowed + FollowAgainAfter - Now is { } wait && wait > TimeSpan.Zero)
        {
            _following = Clock.CreateTimer(_ => OnCircuit(FollowLateAsync), null, wait, Timeout.InfiniteTimeSpan);
            return Task.CompletedTask;
        }

        _lastFollowed = Now;
        _changedMeanwhile = _readings > 0;
        return _changedMeanwhile ? Task.CompletedTask : RefreshAsync();
    }

    private Task FollowLateAsync()
    {
        _following?.Dispose();
        (_following, _lastFollowed) = (null, null);
        return FollowAsync();
    }

    /// <summary>
    /// Goes on to the page of what was done. Who has gone elsewhere while it was being done stays there, and where nobody is any more nothing
    /// is asked of a browser.
    /// </summary>
    protected void GoOnTo(string address)
    {
        if (!Leaving.IsCancellationRequested)
        {
            Navigator.NavigateTo(address);
        }
    }

    /// <summary>
    /// Waits until a click would be over. The press on a button that ends the writing in a field is what sends the text; something above
    /// the button that went at once would move it away from under the pointer before it is released.
    /// </summary>
    protected async Task ClickIsOverAsync() =>
        await Task.Delay(ClickLasts, Clock, Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    protected async Task ReadIntoAsync<T>(Load<T> load, Func<Task<T>> read)
    {
        if (await load.RunAsync(read) is { } failure)
        {
            LogReadFailed(Logger, GetType().Name, failure);
        }
    }

    private async Task TickAsync()
    {
        Tick();
        if (_readings == 0 && Now - _lastRead >= ReadAgainAfter)
        {
            await RefreshAsync();
        }
        else
        {
            StateHasChanged();
        }
    }

    /// <summary>The feed and the timer call on their own threads.</summary>
    private void OnCircuit(Func<Task> work) => _ = InvokeAsync(() =>
    {
        if (_leaving.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        _culture.Apply();
        return work();
    });

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _leaving.Cancel();
        _subscription?.Dispose();
        _timer?.Dispose();
        _following?.Dispose();
        _leaving.Dispose();
    }

    [LoggerMessage(1, LogLevel.Error, "{Component} could not read what it shows")]
    private static partial void LogReadFailed(ILogger logger, string component, Exception exception);
}
