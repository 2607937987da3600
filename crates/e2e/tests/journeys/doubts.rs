//! Access tokens that the API rejects before they expire.

use std::time::Duration;

use e2e::pages::{Row, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};

use crate::between::{have_come, hold, let_through};
use crate::session::{ended, kept, let_time_pass, renewals, sign_in};

async fn at_her_todos(j: &Journey) -> Outcome<TodosPage<'_>> {
    sign_in(j).await?;
    j.expect_console("currentUser");
    j.browser.follow("To-dos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    Ok(todos)
}

fn with_ann() -> World {
    World::workshop().with(&Person::ann())
}

/// The API requests after the first three, which load the list.
fn asked(world: &World) -> Vec<String> {
    world.api_calls().split_off(3)
}

#[test]
fn a_refused_token_means_one_renewal_and_one_retry_with_the_new_one() {
    journey(with_ann(), async |j| {
        let todos = at_her_todos(&j).await?;
        let old = kept(&j, "idToken").await?;
        j.expect_console("status of 401");
        todos.add("fail:401-once").await?;
        todos.lists(&[Row::open("fail:401-once")]).await?;
        assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
        assert_eq!(
            asked(&j.world),
            ["POST /api/todos 401", "POST /api/todos 201"]
        );
        assert_eq!(renewals(&j.world), 1);
        let new = kept(&j, "idToken").await?;
        assert_ne!(new, old);
        let sent = j.world.requests().into_iter();
        let sent: Vec<_> = sent
            .filter(|request| request.method == "POST" && request.path == "/api/todos")
            .filter_map(|request| request.authorization)
            .collect();
        assert_eq!(sent, [old, new]);
        Ok(())
    });
}

#[test]
fn a_second_refusal_is_told_and_nothing_is_tried_a_third_time() {
    journey(with_ann(), async |j| {
        let todos = at_her_todos(&j).await?;
        j.expect_console("status of 401");
        todos.add("fail:401").await?;
        assert_eq!(
            j.browser.alert().await?,
            "The API did not accept your token. Sign out and in again; if it goes on, api.token in config.js may name the wrong one."
        );
        assert_eq!(j.browser.value(TodosPage::NEW).await?, "fail:401");
        assert_eq!(
            asked(&j.world),
            ["POST /api/todos 401", "POST /api/todos 401"]
        );
        assert_eq!(renewals(&j.world), 1);
        // The user is still signed in, and the next attempt works.
        todos.add("Buy milk").await?;
        todos.lists(&[Row::open("Buy milk")]).await?;
        assert_eq!(renewals(&j.world), 1);
        Ok(())
    });
}

/// The API's clock is ahead of the time that the app has counted, as after a sleep that the app did not notice.
#[test]
fn several_calls_that_are_refused_at_once_are_one_renewal() {
    journey(with_ann(), async |j| {
        let todos = at_her_todos(&j).await?;
        let titles = ["One", "Two", "Three"];
        for title in titles {
            todos.add(title).await?;
            j.browser.says(title).await?;
        }
        j.expect_console("status of 401");
        j.world.let_time_pass(Duration::from_secs(70 * 60));
        hold(&j, "PUT /api/todos").await?;
        for title in titles {
            todos.tick(title).await?;
        }
        have_come(&j, "PUT /api/todos", 3).await?;
        let_through(&j, "PUT /api/todos").await?;
        todos.lists(&titles.map(Row::done)).await?;
        let mut calls = asked(&j.world).split_off(3);
        calls.iter_mut().for_each(|call| {
            if let Some((_, status)) = call.rsplit_once(' ') {
                *call = status.to_owned();
            }
        });
        assert_eq!(calls, ["401", "401", "401", "200", "200", "200"]);
        assert_eq!(renewals(&j.world), 1);
        j.browser.reload().await?;
        todos.lists(&titles.map(Row::done)).await
    });
}

/// A session without a refresh token is what the implicit grant gives.
#[test]
fn a_session_that_cannot_be_renewed_tells_of_a_refusal_and_serves_to_its_end() {
    journey(with_ann(), async |j| {
        const WITHOUT: &str = "const record = JSON.parse(localStorage['poolgate.session']);
            record.refreshToken = null;
            localStorage['poolgate.session'] = JSON.stringify(record)";
        at_her_todos(&j).await?;
        j.browser.script(WITHOUT, vec![]).await?;
        j.browser.reload().await?;
        let todos = TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await?;
        j.expect_console("status of 401");
        todos.add("fail:401").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("did not accept your token"), "{alert}");
        let tries = j.world.api_calls();
        assert_eq!(tries[5..], ["POST /api/todos 401"]);
        todos.add("Buy milk").await?;
        todos.lists(&[Row::open("Buy milk")]).await?;

        let_time_pass(&j, Duration::from_secs(61 * 60)).await?;
        j.browser.press("Delete “Buy milk”").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.is_at("/signin?then=%2Ftodos").await?;
        assert_eq!(
            j.browser.status().await?,
            "Your session has ended. Sign in to go on."
        );
        assert_eq!(j.browser.stored().await?, ended("expired"));
        assert_eq!(renewals(&j.world), 0);
        Ok(())
    });
}
