using MudBlazor;

namespace DpsPortal.Common;

/// <summary>
/// The list of choices of every form. What is typed quickly is one word: MudBlazor's own takes each letter for itself, so that "west"
/// ends at what begins with a "t". It looks in the text of the value: where that is not what is read, <c>ToStringFunc</c> says it.
/// </summary>
public sealed class WordSelect<T> : MudSelect<T>
{
    private static readonly TimeSpan BetweenLetters = TimeSpan.FromSeconds(1.5);

    public WordSelect() => QuickSearchInterval = BetweenLetters;
}
