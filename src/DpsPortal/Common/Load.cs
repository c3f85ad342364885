namespace DpsPortal.Common;

/// <summary>Something a page reads: not there yet, there, or there but the last attempt to read it again failed.</summary>
public sealed class Load<T>
{
    private int _attempt;

    public T? Value { get; private set; }

    public bool HasValue { get; private set; }

    public bool Failed { get; private set; }

    /// <returns>The exception of a failed attempt, for the log; people only see that it failed.</returns>
    internal async Task<Exception?> RunAsync(Func<Task<T>> read)
    {
        var attempt = ++_attempt;
        try
        {
            var value = await read();
            // A slow answer must not replace the answer to a later question.
            if (attempt == _attempt)
            {
                (Value, HasValue, Failed) = (value, true, false);
            }

            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception exception)
        {
            Failed |= attempt == _attempt;
            return exception;
        }
    }

    /// <summary>Forgets the value: the page now shows something else.</summary>
    internal void Reset() => (Value, HasValue, Failed, _attempt) = (default, false, false, _attempt + 1);
}
