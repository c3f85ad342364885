using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace DpsPortal.Tests.Components.Fakes;

/// <summary>Stands where the layout stands: cascades the person and brings the providers that MudBlazor needs.</summary>
public sealed class CascadingPerson : ComponentBase
{
    [Parameter] public Person Person { get; set; } = null!;

    [Parameter] public RenderFragment? ChildContent { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<CascadingValue<Person>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<Person>.Value), Person);
        builder.AddComponentParameter(2, nameof(CascadingValue<Person>.ChildContent), ChildContent);
        builder.CloseComponent();
    }
}
