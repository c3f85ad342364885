namespace DpsPortal.Common;

/// <summary>Where a reader is in a log that is shown newest first, by its sequence numbers: what comes in at its head moves no page.</summary>
/// <param name="size">Rows of a page.</param>
internal sealed class SequencePages(int size)
{
    private readonly Stack<long?> _newer = new();

    public int Size => size;

    /// <summary>One more than is shown says whether there is a next page.</summary>
    public int Asked => size + 1;

    /// <summary>What the page begins before; <see langword="null"/> on the first.</summary>
    public long? Before { get; private set; }

    public bool HasPrevious => _newer.Count > 0;

    public void First()
    {
        _newer.Clear();
        Before = null;
    }

    public void Previous() => Before = _newer.Count > 0 ? _newer.Pop() : null;

    /// <param name="sequences">Of the rows that were asked for.</param>
    public void Next(IEnumerable<long> sequences)
    {
        if (sequences.Take(Asked).ToList() is { Count: var count } rows && count > size)
        {
            _newer.Push(Before);
            Before = rows[size - 1];
        }
    }
}
